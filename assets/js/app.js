// The one script of the site: htmx, and what is ours.
import 'htmx.org/dist/htmx.min.js';
import './page.js';
