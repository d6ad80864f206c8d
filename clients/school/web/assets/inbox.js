// What a page can do where script is on, and works without: it notices that something changed, counts
// minutes down, and warns before it locks. It holds nobody back who leaves.
(function () {
  'use strict';

  const body = document.body.dataset;
  const find = (selector) => document.querySelector(selector);
  const SECOND = 1000;
  const MINUTE = 60 * SECOND;
  // A page that says that it is older than it is must not be loaded again and again.
  const SOONEST_RELOAD = 2 * SECOND;

  // --- Minutes that are left --------------------------------------------------------------------

  // The server's clock counts, which may be a simulated one: this machine's only says how much of it
  // has passed since the page came.
  const arrived = Date.now();
  const now = () => Number(body.now || arrived) + (Date.now() - arrived);

  function leftText(milliseconds) {
    const minutes = Math.max(0, Math.floor(milliseconds / MINUTE));
    const hours = Math.floor(minutes / 60);
    if (hours === 0) return minutes + ' min';
    if (hours < 24) return hours + ' h ' + minutes % 60 + ' min';
    return Math.floor(hours / 24) + ' d ' + hours % 24 + ' h';
  }

  function countDown() {
    for (const element of document.querySelectorAll('[data-until]')) {
      const text = leftText(Number(element.dataset.until) - now());
      if (element.textContent !== text) element.textContent = text;
    }
  }

  // --- What changes -----------------------------------------------------------------------------

  // Somebody types, chooses, has opened something, or goes through the page with the keyboard: a reload
  // would take it from them.
  const inHand = () => document.activeElement !== document.body || Array.from(document.querySelectorAll('input, textarea, select, details')).some(
      (field) => field.tagName === 'DETAILS' ? field.open :
          field.type === 'radio' || field.type === 'checkbox' ? field.checked !== field.defaultChecked :
          field.tagName === 'SELECT' ? field.selectedIndex > 0 : field.value !== field.defaultValue);

  // Only a page that is a list loads itself again: what somebody reads stays under their eyes.
  function changed(version) {
    if (body.version && version <= Number(body.version)) return;
    const live = find('[data-live]');
    if (live && live.dataset.live === 'reload' && !inHand()) {
      // By itself: that is nothing that somebody did.
      setTimeout(() => location.replace(location.pathname + '?again'), Math.max(0, SOONEST_RELOAD - performance.now()));
    } else {
      find('[data-changed]').hidden = false;
    }
  }

  // Where it is said why it is locked; staff have one of their own.
  const ofStaff = location.pathname.startsWith('/staff/');
  const toSignIn = () => location.replace(ofStaff ? '/staff' : '/');

  let events;
  let refused = 0;

  function listen() {
    events = new EventSource('/events');
    events.addEventListener('open', () => { refused = 0; });
    events.addEventListener('changed', (event) => changed(Number(event.data)));
    events.addEventListener('locked', toSignIn);
    // A browser asks again by itself where the line was cut, but not where it was refused.
    events.addEventListener('error', () => {
      if (events.readyState === EventSource.CLOSED) setTimeout(askAgain, 5 * SECOND);
    });
  }

  // Refused because too many pages are open, or because nobody is signed in any more: what stands here
  // is not for whoever comes by then.
  function askAgain() {
    const asked = new AbortController();
    fetch('/events', {signal: asked.signal, cache: 'no-store'}).then((answer) => {
      asked.abort();
      refused = answer.status === 403 ? refused + 1 : 0;
      if (refused > 1) return toSignIn();
      if (answer.ok) return listen();
      setTimeout(askAgain, 5 * SECOND);
    }).catch(() => setTimeout(askAgain, 5 * SECOND));
  }

  // The stream ends before the page does; and what comes back from the browser's memory is asked for
  // anew.
  function leave() {
    addEventListener('pagehide', () => events.close());
    addEventListener('pageshow', (event) => event.persisted && location.reload());
  }

  // --- Before it locks --------------------------------------------------------------------------

  // Whatever is asked for counts as something done; not the sheet, whose readers are written down.
  const stay = () => fetch(ofStaff ? '/staff/passphrase' : '/people', {redirect: 'error', cache: 'no-store'});

  function warnBeforeLock() {
    const banner = find('[data-locking]');
    let timers = [];
    // A page that hears from its school hears when it locks; one that does not is empty by then as well.
    const end = () => { if (events.readyState !== EventSource.OPEN) toSignIn(); };
    const start = (left) => {
      banner.hidden = true;
      timers.forEach(clearTimeout);
      timers = [setTimeout(() => { banner.hidden = false; }, Math.max(0, left - MINUTE)), setTimeout(end, left)];
    };
    find('[data-stay]').addEventListener('click', () => {
      stay().then((answer) => answer.ok ? start(Number(body.idle)) : toSignIn()).catch(toSignIn);
    });
    // Who types does something.
    let typed = Date.now();
    document.addEventListener('input', () => {
      if (Date.now() - typed < MINUTE) return;
      typed = Date.now();
      stay().then((answer) => answer.ok && start(Number(body.idle))).catch(() => {});
    });
    start(Number(body.locksIn));
  }

  // --- The page -----------------------------------------------------------------------------------

  const outcome = find('[data-focus]');
  if (outcome) outcome.focus();
  for (const link of document.querySelectorAll('[data-show]')) link.href = location.pathname;
  countDown();
  setInterval(countDown, 5 * SECOND);
  if (body.locksIn) {
    listen();
    leave();
    warnBeforeLock();
  }
})();
