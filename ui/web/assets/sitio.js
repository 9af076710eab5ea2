// SPDX-License-Identifier: GPL-3.0-or-later
// What makes the public pages handier. Everything on them works without it.

// --- two pictures of one place, one over the other ---

function compare(box) {
  const [before, after] = box.querySelectorAll('figure');
  if (!before?.querySelector('img') || !after?.querySelector('img')) return;
  const stage = document.createElement('div');
  const slider = document.createElement('input');
  const line = document.createElement('span');
  const bottom = after.querySelector('picture').cloneNode(true);
  const top = before.querySelector('picture').cloneNode(true);
  const move = () => {
    stage.style.setProperty('--corte', `${slider.value}%`);
    slider.setAttribute('aria-valuetext', `${slider.value} % de la foto de antes`);
  };

  stage.className = 'comparador';
  top.querySelector('img').className = 'arriba';
  line.className = 'corte';
  for (const picture of [bottom, top]) {
    for (const child of picture.children) child.sizes = '(min-width: 60rem) 60rem, 100vw';
    picture.querySelector('img').loading = 'eager';
  }
  Object.assign(slider, { type: 'range', min: 0, max: 100, step: 1, value: 50 });
  slider.setAttribute('aria-label', 'Cuánto se ve de la foto de antes');
  slider.addEventListener('input', move);
  stage.append(bottom, top, line, slider);
  move();
  // The words and the links to each picture's own page stay below.
  for (const figure of [before, after]) {
    const link = figure.querySelector('a');
    link.querySelector('picture').remove();
    link.append(...figure.querySelector('figcaption').childNodes);
    figure.querySelector('figcaption').append(link);
  }
  box.prepend(stage);
  box.classList.add('lista');
}

// --- a gallery that one can leaf through without leaving it ---

function lightbox(list) {
  const cards = [...list.querySelectorAll('.evidencia')].filter((card) => card.querySelector('img'));
  if (!cards.length || typeof HTMLDialogElement === 'undefined') return;
  const dialog = document.createElement('dialog');
  let at = 0;

  dialog.className = 'visor';
  dialog.setAttribute('aria-label', 'Fotografía ampliada');
  dialog.innerHTML = '<p class="visor-cuenta" role="status"></p><picture><source type="image/webp"><img alt=""></picture><p class="visor-pie"></p><nav aria-label="Visor"><button type="button" data-paso="-1">Anterior</button><a class="boton">Datos y prueba</a><button type="button" data-paso="1">Siguiente</button><button type="button" data-cerrar>Cerrar</button></nav>';
  const image = dialog.querySelector('img');
  const show = (n) => {
    at = (n + cards.length) % cards.length;
    const small = cards[at].querySelector('img');
    const link = cards[at].querySelector('h3 a');
    const smaller = cards[at].querySelector('source');
    const source = dialog.querySelector('source');
    image.removeAttribute('srcset');
    if (smaller) source.srcset = smaller.srcset;
    else source.removeAttribute('srcset');
    image.sizes = source.sizes = '100vw';
    image.srcset = small.srcset;
    image.src = small.src;
    image.alt = small.alt;
    dialog.querySelector('.visor-pie').textContent = [link.textContent, cards[at].querySelector('.menor')?.innerText.replace(/\s*\n\s*/g, ' · ')].filter(Boolean).join(' · ');
    dialog.querySelector('.visor-cuenta').textContent = `${at + 1} de ${cards.length}`;
    dialog.querySelector('a').href = link.href;
  };

  dialog.addEventListener('click', (event) => {
    const step = event.target.dataset?.paso;
    if (step) show(at + Number(step));
    else if (event.target === dialog || 'cerrar' in (event.target.dataset ?? {})) dialog.close();
  });
  dialog.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowLeft') show(at - 1);
    else if (event.key === 'ArrowRight') show(at + 1);
    else return;
    event.preventDefault();
  });
  // A finger that sweeps.
  let from = null;
  dialog.addEventListener('pointerdown', (event) => { from = event.clientX; });
  dialog.addEventListener('pointerup', (event) => {
    if (from !== null && Math.abs(event.clientX - from) > 60) show(at + (event.clientX < from ? 1 : -1));
    from = null;
  });
  dialog.addEventListener('close', () => { dialog.remove(); cards[at].querySelector('.ampliar').focus(); });
  cards.forEach((card, n) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'ampliar';
    button.textContent = 'Ampliar';
    button.setAttribute('aria-label', `Ampliar: ${card.querySelector('h3').textContent}`);
    button.addEventListener('click', () => { document.body.append(dialog); show(n); dialog.showModal(); });
    card.querySelector('.marco').append(button);
  });
}

// --- arrow keys from photo to photo ---

function neighbours() {
  document.addEventListener('keydown', (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest('input, select, textarea, dialog, .maplibregl-map')) return;
    const link = event.key === 'ArrowLeft' ? document.querySelector('.paginas a[rel="prev"]')
      : event.key === 'ArrowRight' ? document.querySelector('.paginas a[rel="next"]') : null;
    if (link) location.assign(link.href);
  });
}

// --- the map that moves: it comes when somebody asks for it ---

function map(box) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'mover-mapa';
  button.textContent = 'Abrir el mapa que se mueve';
  button.addEventListener('click', async () => {
    button.disabled = true;
    button.textContent = 'Cargando el mapa…';
    try {
      const { openMap } = await import(box.dataset.modulo);
      await openMap(box);
      button.remove();
    } catch {
      button.disabled = false;
      button.textContent = 'No se pudo cargar el mapa. Intentar de nuevo';
    }
  });
  box.append(button);
}

document.querySelectorAll('[data-comparar]').forEach(compare);
document.querySelectorAll('[data-visor]').forEach(lightbox);
document.querySelectorAll('[data-mapa]').forEach(map);
if (document.querySelector('.paginas a[rel]')) neighbours();
