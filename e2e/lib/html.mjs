// Reads a page without a browser. It understands the markup that our own templates
// write, which is regular, and no other.

const named = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ' };

const decode = (text) =>
  text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|([a-z]+));/gi, (all, ten, sixteen, name) =>
    ten ? String.fromCodePoint(ten) : sixteen ? String.fromCodePoint(parseInt(sixteen, 16)) : (named[name] ?? all));

/** The attributes of a tag, as written between its name and its end. */
function attributes(tag) {
  const out = {};
  for (const [, name, value = ''] of tag.matchAll(/([a-zA-Z-]+)(?:="([^"]*)")?/g)) out[name] = decode(value);
  return out;
}

/** Every element of a name: its attributes and what stands in it. */
function elements(html, name) {
  const found = html.matchAll(new RegExp(`<${name}(?=[\\s>])([^>]*)>([\\s\\S]*?)</${name}>`, 'g'));
  return [...found].map(([, tag, inner]) => ({ ...attributes(tag), inner }));
}

/** What a person reads, in one line. */
export function textOf(html) {
  const shown = html.replace(/<(script|style)[\s\S]*?<\/\1>/g, '').replace(/<[^>]*>/g, ' ');
  return decode(shown).replace(/\s+/g, ' ').replace(/ ([.,;:])(?= |$)/g, '$1').trim();
}

export const linksOf = (html) => elements(html, 'a').filter((a) => a.href).map((a) => ({ href: a.href, text: textOf(a.inner) }));

/** The forms of a page, each with its controls and what they hold. */
export function formsOf(html) {
  return elements(html, 'form').map((form) => ({
    method: (form.method ?? 'get').toUpperCase(), action: form.action, enctype: form.enctype, fields: fieldsOf(form.inner),
  }));
}

function fieldsOf(html) {
  const fields = [...html.matchAll(/<(input|button)(?=[\s>])([^>]*)>/g)].map(([, tag, rest]) => ({ tag, value: '', ...attributes(rest) }));
  for (const area of elements(html, 'textarea')) fields.push({ ...area, tag: 'textarea', value: decode(area.inner.replace(/^\n/, '')) });
  for (const select of elements(html, 'select')) {
    const options = elements(select.inner, 'option');
    fields.push({ ...select, tag: 'select', options, value: (options.find((o) => 'selected' in o) ?? options[0])?.value ?? '' });
  }
  return fields.filter((f) => f.name);
}

/** What a browser would send of a form that nobody touched. */
export function held(form) {
  const values = {};
  for (const f of form.fields) {
    const ticked = f.type !== 'radio' && f.type !== 'checkbox' ? true : 'checked' in f;
    if (f.tag === 'button' || f.type === 'file' || !ticked) continue;
    values[f.name] = f.name in values ? [values[f.name], f.value].flat() : f.value;
  }
  return values;
}
