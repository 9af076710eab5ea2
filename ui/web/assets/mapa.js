// SPDX-License-Identifier: GPL-3.0-or-later
// The map that moves: works and evidence from central's own tiles, over the town's ground if it has one. MapLibre GL comes from this site too.

const status = { planeada: '#56636b', contratacion: '#5d479c', por_iniciar: '#2459a3', en_ejecucion: '#0b6b74', suspendida: '#9a5b00',
  terminada: '#1b6638', liquidada: '#4b5d1a', inconclusa: '#b3261e', cancelada: '#66625b' };
const words = { sourceHint: 'Mapa', zoomIn: 'Acercar', zoomOut: 'Alejar', resetNorth: 'Norte arriba', here: 'Aquí' };

function load(src) {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = src;
    script.onload = resolve;
    script.onerror = reject;
    document.head.append(script);
  });
}

function style(href) {
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = href;
  document.head.append(link);
}

// Vector tiles of a ground have the names of OpenMapTiles, Protomaps or somebody else: what a layer is called says how it is drawn. No letters.
const kinds = [
  [/water|ocean|sea|river/, { fill: ['#cfdfe0', '#1d3438'], line: ['#a9c6c8', '#284a4f', 1] }],
  [/park|landcover|landuse|natural|forest|grass|wood/, { fill: ['#e3e8d8', '#1c2a24'] }],
  [/building/, { fill: ['#ddd6c8', '#263233'] }],
  [/road|street|transport|highway|rail/, { line: ['#ffffff', '#3a4b4d', 1.6] }],
  [/bound|admin/, { line: ['#b9aec4', '#4b4658', 1] }],
];

function drawVector(name, dark) {
  const kind = kinds.find(([pattern]) => pattern.test(name))?.[1];
  const common = { source: 'suelo', 'source-layer': name };
  const layers = [];
  if (kind?.fill) layers.push({ id: `suelo-${name}-f`, type: 'fill', ...common, filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'fill-color': kind.fill[dark ? 1 : 0] } });
  if (kind?.line) layers.push({ id: `suelo-${name}-l`, type: 'line', ...common, filter: ['!=', ['geometry-type'], 'Point'], paint: { 'line-color': kind.line[dark ? 1 : 0],
    'line-width': ['interpolate', ['exponential', 1.5], ['zoom'], 8, kind.line[2] / 4, 14, kind.line[2], 18, kind.line[2] * 5] } });
  return layers;
}

// What lies under: paper, and the town's ground if it has one of its own.
function makeGround(config, dark) {
  const sources = {};
  const layers = [{ id: 'fondo', type: 'background', paint: { 'background-color': dark ? '#172122' : '#f2efe8' } }];
  const ground = config.ground;
  if (ground && !ground.style) {
    const common = { tiles: [`${config.base}/tiles/ground/{z}/{x}/{y}`], minzoom: ground.min_zoom, maxzoom: ground.max_zoom, attribution: ground.attribution,
      ...(ground.bounds ? { bounds: ground.bounds } : {}) };
    if (ground.layers) {
      sources.suelo = { type: 'vector', ...common };
      for (const [pattern] of kinds) for (const name of ground.layers.filter((one) => kinds.find(([p]) => p.test(one))?.[0] === pattern)) layers.push(...drawVector(name, dark));
    } else {
      sources.suelo = { type: 'raster', tileSize: 256, ...common };
      layers.push({ id: 'suelo', type: 'raster', source: 'suelo', paint: dark ? { 'raster-brightness-max': 0.55, 'raster-saturation': -0.3 } : {} });
    }
  }
  return { version: 8, sources, layers };
}

// What lies on it: comunas, works, evidence.
function overlay(map, config, dark) {
  const line = dark ? '#4a6264' : '#9db4b2';
  const sources = {
    obras: { type: 'vector', tiles: [`${config.base}/tiles/works/{z}/{x}/{y}.mvt`], maxzoom: config.max_zoom },
    evidencia: { type: 'vector', tiles: [`${config.base}/tiles/evidence/{z}/{x}/{y}.mvt`], maxzoom: config.max_zoom },
    comunas: { type: 'geojson', data: config.areas },
  };
  const colour = ['match', ['get', 'status'], ...Object.entries(status).flat(), '#56636b'];
  const layers = [
    { id: 'comunas', type: 'line', source: 'comunas', paint: { 'line-color': line, 'line-width': 1.5, 'line-dasharray': [3, 2] } },
    { id: 'trazos-area', type: 'fill', source: 'obras', 'source-layer': 'shapes', filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'fill-color': colour, 'fill-opacity': 0.28 } },
    { id: 'trazos', type: 'line', source: 'obras', 'source-layer': 'shapes', paint: { 'line-color': colour, 'line-width': 4 } },
    // Evidence: one disc for many, its surface by their number; what stands alone is small and full.
    { id: 'evidencia', type: 'circle', source: 'evidencia', 'source-layer': 'evidence', paint: { 'circle-color': '#865100', 'circle-opacity': 0.82,
      'circle-stroke-color': '#fff', 'circle-stroke-width': 1.5, 'circle-radius': ['interpolate', ['linear'], ['sqrt', ['get', 'n']], 1, 6, 4, 11, 20, 17, 100, 24] } },
    { id: 'obras', type: 'circle', source: 'obras', 'source-layer': 'works', paint: { 'circle-color': ['case', ['==', ['get', 'n'], 1], colour, '#0b5a62'],
      'circle-stroke-color': '#fff', 'circle-stroke-width': 2, 'circle-radius': ['interpolate', ['linear'], ['sqrt', ['get', 'n']], 1, 8, 4, 14, 20, 20, 100, 26] } }];
  for (const [id, source] of Object.entries(sources)) map.addSource(id, source);
  for (const layer of layers) map.addLayer(layer);
}

// Numbers on the discs are elements of the page: the site ships no glyphs for a map.
function numbers(maplibre, map, shown) {
  const markers = new Map();
  const draw = () => {
    const wanted = new Set();
    for (const feature of map.queryRenderedFeatures({ layers: shown() })) {
      const n = feature.properties.n;
      if (!(n > 1)) continue;
      const key = `${feature.layer.id}/${feature.geometry.coordinates.join()}/${n}`;
      wanted.add(key);
      if (markers.has(key)) continue;
      const label = document.createElement('span');
      label.className = 'mapa-cuenta';
      label.textContent = n > 9999 ? `${Math.round(n / 1000)}k` : n;
      markers.set(key, new maplibre.Marker({ element: label }).setLngLat(feature.geometry.coordinates).addTo(map));
    }
    for (const [key, marker] of markers) if (!wanted.has(key)) { marker.remove(); markers.delete(key); }
  };
  map.on('idle', draw);
}

function text(tag, content, attributes = {}) {
  const element = Object.assign(document.createElement(tag), attributes);
  element.textContent = content;
  return element;
}

async function openList(maplibre, map, config, feature) {
  const [lon, lat] = feature.geometry.coordinates;
  const half = 40 / 2 ** map.getZoom();
  const box = [lon - half, lat - half, lon + half, lat + half].map((n) => n.toFixed(6)).join();
  const answer = await fetch(`${config.base}/ogc/collections/evidencia/items?limit=8&bbox=${box}`);
  const found = await answer.json();
  const list = document.createElement('ul');
  list.className = 'mapa-lista';
  for (const one of found.features) {
    const item = document.createElement('li');
    item.append(text('a', one.properties.caption || one.properties.text || 'Evidencia', { href: `${config.base}/evidencia/${one.id}` }));
    list.append(item);
  }
  new maplibre.Popup({ maxWidth: '18rem' }).setLngLat([lon, lat]).setDOMContent(list).addTo(map);
}

export async function openMap(box) {
  const config = await (await fetch(box.dataset.mapa)).json();
  // Tiles and pages lie beside the description, wherever the site stands.
  config.base = new URL('.', new URL(box.dataset.mapa, location.href)).href.replace(/\/$/, '');
  if (!globalThis.maplibregl) {
    style(box.dataset.estilo);
    await load(box.dataset.libreria);
    globalThis.maplibregl.setWorkerUrl(box.dataset.obrero);
  }
  const maplibre = globalThis.maplibregl;
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  const stage = document.createElement('div');
  const centre = box.dataset.punto?.split(',').map(Number);
  const [west, south, east, north] = config.bbox;

  stage.className = 'mapa-vivo';
  box.classList.add('abierto');
  box.prepend(stage);
  const map = new maplibre.Map({ container: stage, style: config.ground?.style ?? makeGround(config, dark), attributionControl: { compact: true }, maxZoom: config.max_zoom + 2,
    locale: { 'NavigationControl.ZoomIn': words.zoomIn, 'NavigationControl.ZoomOut': words.zoomOut, 'NavigationControl.ResetBearing': words.resetNorth, 'Map.Title': words.sourceHint },
    ...(centre ? { center: centre, zoom: 15 } : { bounds: [[west, south], [east, north]], fitBoundsOptions: { padding: 12 } }) });
  map.on('style.load', () => overlay(map, config, dark));
  // A style that does not come leaves the works on plain paper.
  if (config.ground?.style) map.once('error', () => { if (!map.getSource('obras')) map.setStyle(makeGround({ ...config, ground: null }, dark)); });
  map.addControl(new maplibre.NavigationControl({ visualizePitch: false }), 'top-right');

  // Where the page's own work or photo is.
  if (centre) {
    const pin = new maplibre.Marker({ color: '#a3211b' }).setLngLat(centre).addTo(map).getElement();
    pin.setAttribute('role', 'img');
    pin.setAttribute('aria-label', words.here);
  }

  // Two buttons say what is on it.
  const bar = document.createElement('div');
  const on = { obras: true, evidencia: !box.dataset.soloObras };
  bar.className = 'mapa-capas';
  bar.setAttribute('role', 'group');
  bar.setAttribute('aria-label', 'Qué muestra el mapa');
  for (const [layer, name] of [['obras', 'Obras'], ['evidencia', 'Evidencia']]) {
    const button = text('button', name, { type: 'button' });
    const apply = () => {
      button.setAttribute('aria-pressed', on[layer]);
      for (const id of layer === 'obras' ? ['obras', 'trazos', 'trazos-area'] : ['evidencia'])
        map.setLayoutProperty(id, 'visibility', on[layer] ? 'visible' : 'none');
    };
    button.addEventListener('click', () => { on[layer] = !on[layer]; apply(); });
    map.on('style.load', apply);
    bar.append(button);
  }
  box.append(bar);
  numbers(maplibre, map, () => ['obras', 'evidencia'].filter((layer) => on[layer]));
  map.on('load', () => { stage.dataset.listo = ''; });

  map.on('click', ['obras', 'trazos', 'trazos-area', 'evidencia'], (event) => {
    const feature = event.features[0];
    const { n, code, title, id } = feature.properties;
    if (code) new maplibre.Popup({ maxWidth: '18rem' }).setLngLat(event.lngLat).setDOMContent(text('a', title || code, { href: `${config.base}/obras/${encodeURIComponent(code)}` })).addTo(map);
    else if (id) location.assign(`${config.base}/evidencia/${id}`);
    else if (n > 1 && map.getZoom() < config.max_zoom) map.easeTo({ center: feature.geometry.coordinates, zoom: map.getZoom() + 2 });
    else if (config.lists) openList(maplibre, map, config, feature);
  });
  for (const layer of ['obras', 'trazos', 'evidencia']) {
    map.on('mouseenter', layer, () => { map.getCanvas().style.cursor = 'pointer'; });
    map.on('mouseleave', layer, () => { map.getCanvas().style.cursor = ''; });
  }
  stage.querySelector('canvas').focus();
  return map;
}
