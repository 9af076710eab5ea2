// SPDX-License-Identifier: GPL-3.0-or-later
// The queue under the fingers: J and K go on and back, A publishes, R and a figure withholds, D draws what is to be covered, Z takes the last one
// back. A decision waits five seconds in this page before it is sent, so that taking it back leaves no trace; what was sent is put right by another
// decision. Everything works without this file, one form at a time.
const HOLD_MS = 5000;
const pages = new Map(); // href → promise of the page's document
const held = []; // decisions that were not sent yet: { id, href, body, words, timer }
let covers = [];

const main = () => document.getElementById('contenido');
const form = () => document.getElementById('decidir');
const field = (name) => form()?.elements.namedItem(name)?.value ?? '';

// --- the bar that says what happened ---

const bar = document.createElement('div');
bar.className = 'deshacer';
bar.hidden = true;
const said = document.createElement('span');
said.setAttribute('role', 'status');
const undoButton = document.createElement('button');
undoButton.type = 'button';
undoButton.textContent = 'Deshacer (Z)';
undoButton.addEventListener('click', undo);
bar.append(said, undoButton);
document.body.append(bar);

function say(words, undoable, trouble) {
  said.textContent = words;
  bar.classList.toggle('falla', Boolean(trouble));
  undoButton.hidden = !undoable;
  bar.hidden = false;
}

function settle() {
  if (held.length > 0) say(`${held.at(-1).words} · ${held.length} por guardar`, true);
  else if (!bar.classList.contains('falla')) bar.hidden = true;
}

// --- going from one to the next ---

async function load(href) {
  const answer = await fetch(href, { headers: { Accept: 'text/html' } });
  const parsed = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const there = parsed.getElementById('contenido');
  // The session ended, or something else than an item came: the browser shows it itself.
  if (answer.redirected || !there?.classList.contains('pieza')) return null;
  return { there, title: parsed.title };
}

function fetchPage(href) {
  if (!pages.has(href)) pages.set(href, load(href).catch(() => null));
  return pages.get(href);
}

function prefetch() {
  const next = main().querySelector('a[rel=next]');
  if (next) fetchPage(next.getAttribute('href'));
  for (const id of [main().dataset.next, main().dataset.after]) if (id) new Image().src = `/mesa/imagen/${encodeURIComponent(id)}/1920.jpg`;
}

async function go(href) {
  const page = await fetchPage(href);
  pages.clear();
  if (page === null) {
    await flush();
    location.assign(href);
    return;
  }
  const id = page.there.querySelector('[name=pieza]')?.value;
  // The queue begins again with what waits in this page to be sent: send it first.
  if (held.some((one) => one.id === id) && !page.wanted) {
    await flush();
    return go('/mesa/cola');
  }
  document.title = page.title;
  main().replaceWith(document.importNode(page.there, true));
  history.replaceState(null, '', href);
  enhance();
}

function nextHref() {
  return main().querySelector('a[rel=next]')?.getAttribute('href') ?? (field('vuelve').startsWith('/mesa/cola') ? field('vuelve') : '/mesa/cola');
}

// --- deciding ---

const failures = {
  'wrong-state': 'otra persona ya lo decidió', 'missing-content': 'falta un archivo', 'consent-missing': 'su autor no lo autorizó', locked: 'la sesión terminó',
};

async function send(one) {
  const at = held.indexOf(one);
  if (at >= 0) held.splice(at, 1);
  clearTimeout(one.timer);
  try {
    const answer = await fetch('/mesa/decidir', { method: 'POST', body: one.body, headers: { Accept: 'application/json' }, keepalive: true });
    const text = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(failures[text.code] ?? text.code ?? String(answer.status));
    settle();
  } catch (error) {
    say(`No se guardó una decisión: ${error.message}. `, false, true);
    const link = document.createElement('a');
    link.href = `/mesa/pieza/${encodeURIComponent(one.id)}`;
    link.textContent = 'Véala';
    said.append(link);
  }
}

const flush = () => Promise.all(held.slice().map(send));

function decide(button) {
  const body = new URLSearchParams(new FormData(form()));
  body.set('decision', button.value);
  const accepts = button.value === 'accept';
  const one = { id: field('pieza'), href: location.pathname + location.search, body, words: accepts ? 'Se publicará' : button.value.startsWith('retire') ? 'Se retirará' : 'Se retendrá' };
  one.timer = setTimeout(send, HOLD_MS, one);
  held.push(one);
  bar.classList.remove('falla');
  settle();
  return go(nextHref());
}

async function undo() {
  const one = held.pop();
  if (!one) return;
  clearTimeout(one.timer);
  say('Deshecho: no se guardó nada.', false);
  setTimeout(settle, 3000);
  await go(one.href.includes('pieza=') || one.href.includes('/pieza/') ? one.href : `/mesa/cola?pieza=${encodeURIComponent(one.id)}`);
}

addEventListener('pagehide', flush);

// --- covering ---

const full = 10000;
const clamp = (n, most) => Math.max(0, Math.min(most, Math.round(n)));

function place(cover) {
  const { x, y, w, h } = cover.at;
  Object.assign(cover.element.style, { left: `${x / 100}%`, top: `${y / 100}%`, width: `${w / 100}%`, height: `${h / 100}%` });
  cover.input.value = `${x},${y},${w},${h}`;
}

function addCover(sheet, at) {
  const element = document.createElement('button');
  element.type = 'button';
  element.className = 'tapa';
  element.setAttribute('aria-label', `Parte tapada ${covers.length + 1}. Flechas la mueven, Mayúsculas y flechas cambian su tamaño, Suprimir la quita.`);
  const input = document.createElement('input');
  input.type = 'hidden';
  input.name = 'tapa';
  const cover = { element, input, at };
  covers.push(cover);
  sheet.append(element);
  form().append(input);
  place(cover);
  element.addEventListener('keydown', (event) => {
    const step = event.altKey ? 20 : 150;
    const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    if (event.key === 'Delete' || event.key === 'Backspace') removeCover(cover);
    else if (moves[event.key]) {
      const [dx, dy] = moves[event.key];
      if (event.shiftKey) {
        cover.at.w = Math.max(50, clamp(cover.at.w + dx, full - cover.at.x));
        cover.at.h = Math.max(50, clamp(cover.at.h + dy, full - cover.at.y));
      } else {
        cover.at.x = clamp(cover.at.x + dx, full - cover.at.w);
        cover.at.y = clamp(cover.at.y + dy, full - cover.at.h);
      }
      place(cover);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return cover;
}

function removeCover(cover) {
  cover.element.remove();
  cover.input.remove();
  covers = covers.filter((one) => one !== cover);
}

function setUpCovers() {
  const image = main().querySelector('.lienzo > img');
  covers = [];
  // Only where something may be published: covering is a way of publishing.
  if (!image || !main().querySelector('button[value=accept]')) return;
  const sheet = document.createElement('div');
  sheet.className = 'hoja';
  image.replaceWith(sheet);
  sheet.append(image);
  image.draggable = false;
  const tools = document.createElement('p');
  tools.className = 'herramientas';
  const draw = document.createElement('button');
  draw.type = 'button';
  draw.className = 'no';
  draw.id = 'dibujar';
  draw.setAttribute('aria-pressed', 'false');
  const key = document.createElement('kbd');
  key.textContent = 'D';
  draw.append(key, ' Tapar caras o placas');
  const add = document.createElement('button');
  add.type = 'button';
  add.className = 'no';
  add.textContent = 'Poner una en el centro';
  const hint = document.createElement('span');
  hint.className = 'menor';
  tools.append(draw, add, hint);
  form().querySelector('.actos').before(tools);
  const toggle = (on) => {
    sheet.classList.toggle('dibuja', on);
    draw.setAttribute('aria-pressed', String(on));
    hint.textContent = on ? 'Arrastre sobre la imagen. Con teclado, ponga una en el centro y muévala con las flechas.' : '';
  };
  draw.addEventListener('click', () => toggle(!sheet.classList.contains('dibuja')));
  add.addEventListener('click', () => {
    toggle(true);
    addCover(sheet, { x: 4250, y: 4250, w: 1500, h: 1500 }).element.focus();
  });
  const point = (event) => {
    const box = sheet.getBoundingClientRect();
    return [clamp(((event.clientX - box.left) / box.width) * full, full), clamp(((event.clientY - box.top) / box.height) * full, full)];
  };
  let from = null;
  let cover = null;
  sheet.addEventListener('pointerdown', (event) => {
    if (!sheet.classList.contains('dibuja') || event.button !== 0 || event.target.classList.contains('tapa')) return;
    from = point(event);
    cover = null;
    sheet.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  sheet.addEventListener('pointermove', (event) => {
    if (!from) return;
    const [x, y] = point(event);
    const at = { x: Math.min(x, from[0]), y: Math.min(y, from[1]), w: Math.abs(x - from[0]), h: Math.abs(y - from[1]) };
    if (at.w < 50 || at.h < 50) return;
    cover ??= addCover(sheet, at);
    cover.at = at;
    place(cover);
  });
  const end = () => { from = null; };
  sheet.addEventListener('pointerup', end);
  sheet.addEventListener('pointercancel', end);
}

// --- texts: what is selected, or what was suggested, becomes blocks ---

function setUpTexts() {
  for (const text of main().querySelectorAll('.tapar textarea')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'no';
    button.textContent = 'Tapar lo seleccionado';
    button.addEventListener('click', () => {
      if (text.selectionStart === text.selectionEnd) return;
      text.setRangeText('█████', text.selectionStart, text.selectionEnd, 'end');
      text.focus();
    });
    text.after(button);
  }
  const marks = [...main().querySelectorAll('mark')];
  if (marks.length === 0 || !main().querySelector('.tapar')) return;
  const all = document.createElement('button');
  all.type = 'button';
  all.className = 'no';
  all.textContent = 'Tapar todo lo marcado';
  all.addEventListener('click', () => {
    for (const mark of marks)
      for (const text of main().querySelectorAll('.tapar textarea')) text.value = text.value.split(mark.textContent).join('█████');
  });
  main().querySelector('.tapar').before(all);
}

// --- keys ---

function reasonButtons() {
  return [...main().querySelectorAll('#retener ul button')];
}

function enhance() {
  const queue = Boolean(main().dataset.queue);
  if (!form()) return;
  setUpCovers();
  setUpTexts();
  reasonButtons().forEach((button, i) => { button.dataset.key = i < 9 ? String(i + 1) : String.fromCharCode(97 + i - 9); });
  if (queue) {
    form().addEventListener('submit', (event) => {
      if (!event.submitter) return;
      event.preventDefault();
      decide(event.submitter);
    });
    const keys = document.createElement('p');
    keys.className = 'teclas';
    keys.textContent = 'Teclas: J siguiente · K anterior · A publicar · R y una cifra, retener · D tapar · Z deshacer (cinco segundos)';
    form().append(keys);
    const total = main().querySelector('[data-total]');
    if (total) total.textContent = String(Math.max(0, Number(total.dataset.total) - held.length));
    prefetch();
  }
}

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.('input:not([type=hidden]), textarea, select')) return;
  const reasons = main().querySelector('#retener');
  const key = event.key.toLowerCase();
  if (reasons?.open) {
    const button = reasonButtons().find((one) => one.dataset.key === key);
    if (button) {
      event.preventDefault();
      button.click();
      return;
    }
    if (key === 'escape') {
      reasons.open = false;
      reasons.querySelector('summary').focus();
      return;
    }
  }
  const acts = {
    j: () => main().querySelector('a[rel=next]')?.click(),
    k: () => main().querySelector('a[rel=prev]')?.click(),
    a: () => main().querySelector('button[value=accept]')?.click(),
    r: () => { if (reasons) { reasons.open = true; reasonButtons()[0]?.focus(); } },
    d: () => main().querySelector('#dibujar')?.click(),
    z: undo,
  };
  if (!acts[key]) return;
  event.preventDefault();
  acts[key]();
});

document.addEventListener('click', (event) => {
  const link = event.target.closest?.('.vecinos a');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  go(link.getAttribute('href'));
});

enhance();
