// The public page of a receipt compares the check code that a QR code carries in
// the fragment, which never reaches the server, with the one in the register.
const shown = document.querySelector('[data-check-code]')?.dataset.checkCode;
const carried = decodeURIComponent(location.hash.slice(1));
if (shown && carried) {
  const outcome = carried === shown ? '[data-check-match]' : '[data-check-differs]';
  document.querySelector(outcome)?.removeAttribute('hidden');
}
