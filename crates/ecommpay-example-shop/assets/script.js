// Keeps the page of an order up to date. Without it the page loads itself again every few seconds.
'use strict';

const order = document.getElementById('order');
const news = document.getElementById('news');

async function show(stage) {
  if (stage === order.dataset.stage) return;
  const answer = await fetch(location.href, { cache: 'no-store' });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const fresh = page.getElementById('order');
  if (!fresh) return;
  const hadFocus = order.contains(document.activeElement);
  order.replaceChildren(...fresh.childNodes);
  order.dataset.stage = fresh.dataset.stage;
  const heading = order.querySelector('h1');
  news.textContent = heading.textContent;
  if (hadFocus) heading.focus();
}

if (order && !('last' in order.dataset)) {
  const events = new EventSource(order.dataset.events);
  const last = ['paid', 'declined', 'returned', 'not-begun'];
  events.addEventListener('stage', (event) => {
    show(event.data);
    if (last.includes(event.data)) events.close();
  });
}
