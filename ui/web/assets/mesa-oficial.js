// SPDX-License-Identifier: GPL-3.0-or-later
// The data officer's page: what central handed over sealed is opened here, with a key that is read from a file and goes nowhere. Everything is put on
// the page as text. Nothing is stored; closing the page forgets it.
import { Decrypter, identityToRecipient } from './mesa-age.js';
import { figures } from './mesa-cifras.js';

const main = document.getElementById('contenido');
const file = document.getElementById('llave');
const state = document.getElementById('estado');
const opened = document.getElementById('abierto');
const sendForm = document.getElementById('enviada');

const labels = {
  full_name: 'Nombre', id_type: 'Tipo', id_no: 'Documento', organisation: 'Organización', position: 'Cargo', actor_type: 'Actor', phone: 'Teléfono', email: 'Correo',
  address: 'Dirección', barrio: 'Barrio', comuna: 'Comuna', sex: 'Sexo', gender: 'Género', age_band: 'Edad', ethnicity: 'Etnia', disability: 'Discapacidad', victim: 'Víctima',
  reply_channel: 'Por dónde responder', reply_by: 'Por dónde responder', guardian_name: 'Acudiente', name: 'Nombre', role: 'Papel', mode: 'Modo', check_in: 'Llegada',
};

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function bytes(base64) {
  return Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
}

// What binds a part to its record, and what is no text, is not for reading.
const unread = new Set(['pad', 'png', 'event', 'record']);

// Flat pairs for reading.
function pairs(person) {
  const list = [];
  for (const [key, value] of Object.entries(person)) {
    if (unread.has(key) || value === null || value === '') continue;
    if (typeof value === 'object' && !Array.isArray(value)) list.push(...pairs(value));
    else if (typeof value === 'boolean') list.push([labels[key] ?? key, value ? 'sí' : 'no']);
    else list.push([labels[key] ?? key, String(value)]);
  }
  return list;
}

function table(caption, columns, rows) {
  const box = element('div', undefined, { class: 'tabla', tabindex: '0', role: 'region', 'aria-label': caption });
  const made = element('table', undefined, { class: 'abierta' });
  const head = element('tr');
  for (const column of columns) head.append(element('th', column, { scope: 'col' }));
  const thead = element('thead');
  thead.append(head);
  const body = element('tbody');
  for (const row of rows) {
    const line = element('tr', undefined, { class: 'persona' });
    for (const cell of row) {
      const td = element('td');
      if (cell instanceof Node) td.append(cell);
      else td.textContent = cell ?? '';
      line.append(td);
    }
    body.append(line);
  }
  made.append(thead, body);
  box.append(made);
  return box;
}

function attendanceTable(people) {
  const columns = [];
  const rows = people.map((person) => new Map(pairs(person)));
  for (const row of rows) for (const key of row.keys()) if (!columns.includes(key)) columns.push(key);
  return table('Asistencia', ['N.º', ...columns], rows.map((row, i) => [String(i + 1), ...columns.map((column) => row.get(column) ?? '')]));
}

function contactsTable(contacts) {
  return table('Contactos de quienes hicieron aportes', ['Aporte', 'Contacto', 'Respuesta', 'Enviada'], contacts.map(({ item, person }) => {
    const who = element('div');
    for (const [label, value] of pairs(person)) who.append(element('div', `${label}: ${value}`));
    const sent = element('span', item.sent ? 'Sí' : '');
    if (!item.sent && item.answer) {
      const button = element('button', 'Respuesta enviada', { type: 'button', class: 'no no-imprimir' });
      button.append(element('span', ` al aporte ${item.number}`, { class: 'solo-voz' }));
      button.addEventListener('click', () => markSent(item, button));
      sent.append(button);
    }
    return [`${item.class ?? ''} ${item.number ?? ''}`, who, item.answer ?? 'Sin respuesta todavía', sent];
  }));
}

// What was said or shown with a contribution or in a questionnaire is fetched and opened one by one, when the officer asks for it.
function attachmentsSection(items, decrypter) {
  const section = element('section', undefined, { id: 'adjuntos' });
  section.append(element('h2', 'Voces, papeles y fotos'));
  for (const item of items) {
    const box = element('div', undefined, { class: 'tarjeta ficha' });
    const survey = item.kind === 'survey';
    box.append(element('h3', survey ? 'Respuesta a una encuesta' : `${item.class ?? ''} ${item.number ?? ''}`));
    item.attachments.forEach((attachment, i) => {
      const voice = attachment.what === 'voice';
      const name = voice ? 'Oír la voz' : `Ver la foto ${i + 1}`;
      const button = element('button', name, { type: 'button', class: 'no no-imprimir' });
      button.append(element('span', survey ? ` de la pregunta ${attachment.question ?? ''}` : ` del aporte ${item.number ?? ''}`, { class: 'solo-voz' }));
      button.addEventListener('click', () => openAttachment(item, attachment, button, decrypter));
      const line = element('p');
      line.append(button);
      box.append(line);
    });
    section.append(box);
  }
  return section;
}

async function openAttachment(item, attachment, button, decrypter) {
  button.disabled = true;
  try {
    const answer = await fetch(`/mesa/sellado-medio/${encodeURIComponent(item.id)}/${encodeURIComponent(attachment.sha256)}`);
    if (!answer.ok) throw new Error(answer.status === 404 ? 'Ese archivo todavía no ha llegado.' : 'La sesión terminó: vuelva a entrar.');
    const clear = await decrypter.decrypt(new Uint8Array(await answer.arrayBuffer()));
    const src = URL.createObjectURL(new Blob([clear.subarray(0, attachment.bytes)], { type: attachment.type }));
    const shown = attachment.what === 'voice'
      ? element('audio', undefined, { controls: '', src, 'aria-label': item.kind === 'survey' ? 'Voz de quien respondió' : 'Voz de quien hizo el aporte' })
      : element('img', undefined, { src, alt: item.kind === 'survey' ? 'Foto que responde una pregunta' : 'Foto de un papel que acompaña el aporte', class: 'papel' });
    button.replaceWith(shown);
  } catch (error) {
    button.disabled = false;
    state.textContent = error.message;
  }
}

async function markSent(item, button) {
  const body = new URLSearchParams(new FormData(sendForm));
  body.set('numero', item.number);
  button.disabled = true;
  const answer = await fetch(sendForm.action, { method: 'POST', body, headers: { Accept: 'application/json' } }).catch(() => null);
  if (answer?.ok) button.replaceWith('Sí');
  else {
    button.disabled = false;
    state.textContent = 'No se pudo anotar. Intente de nuevo.';
  }
}

function figuresSection(people) {
  const section = element('section');
  section.append(element('h2', 'Cifras'));
  section.append(element('p', 'Solo donde hay cinco personas o más; donde una resta descubriría un grupo menor, se oculta otro.', { class: 'menor' }));
  for (const { title, rows } of figures(people)) section.append(element('h3', title), table(title, ['Grupo', 'Personas'], rows.map(({ label, count }) => [label, count === null ? 'menos de cinco' : String(count)])));
  return section;
}

function show(attendance, contacts, attached, decrypter) {
  opened.replaceChildren();
  const print = element('button', 'Imprimir', { type: 'button', class: 'no-imprimir' });
  print.addEventListener('click', () => window.print());
  opened.append(print);
  if (attendance.length > 0) opened.append(element('h2', `Asistencia: ${attendance.length} ${attendance.length === 1 ? 'registro' : 'registros'}`), attendanceTable(attendance), figuresSection(attendance));
  if (contacts.length > 0) opened.append(element('h2', `Contactos: ${contacts.length}`), contactsTable(contacts));
  if (attached.length > 0) opened.append(attachmentsSection(attached, decrypter));
  if (attendance.length + contacts.length + attached.length === 0) opened.append(element('p', 'No hay personas en lo sellado de este espacio.', { class: 'vacio' }));
}

async function open(key) {
  state.textContent = 'Trayendo lo sellado…';
  const answer = await fetch(`/mesa/partes?espacio=${encodeURIComponent(main.dataset.event)}`, { headers: { Accept: 'application/json' } });
  if (!answer.ok) throw new Error('La sesión terminó: vuelva a entrar.');
  const { items } = await answer.json();
  const decrypter = new Decrypter();
  decrypter.addIdentity(key);
  const attendance = [];
  const contacts = [];
  let closed = 0;
  let done = 0;
  for (const item of items) {
    for (const sealed of item.sealed) {
      let person = null;
      try {
        person = JSON.parse(await decrypter.decrypt(bytes(sealed), 'text'));
      } catch {
        closed++;
        continue;
      }
      delete person.pad;
      // An anonymous contribution carries a part of the same size with nobody in it.
      if (Object.keys(person).length === 0) continue;
      if (item.kind === 'attendance') attendance.push(person);
      else contacts.push({ item, person });
    }
    if (++done % 20 === 0) state.textContent = `Abriendo ${done} de ${items.length}…`;
  }
  show(attendance, contacts, items.filter((item) => (item.attachments ?? []).length > 0), decrypter);
  state.textContent = closed > 0 ? `${closed} no se abrieron con esta llave: se sellaron para otra.` : 'Abierto. Cierre esta página cuando termine.';
}

async function onChosen() {
  const chosen = file.files[0];
  if (!chosen) return;
  try {
    const key = (await chosen.text()).split('\n').map((line) => line.trim()).find((line) => line.startsWith('AGE-SECRET-KEY-1'));
    file.value = '';
    if (!key) throw new Error('Ese archivo no tiene una llave: busque el que empieza por AGE-SECRET-KEY.');
    await identityToRecipient(key);
    await open(key);
  } catch (error) {
    state.textContent = error.message;
  }
}

file.addEventListener('change', onChosen);
state.textContent = 'Elija el archivo de su llave para abrir.';
// Somebody may have been faster than this file.
onChosen();
