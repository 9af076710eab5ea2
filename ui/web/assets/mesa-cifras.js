// SPDX-License-Identifier: GPL-3.0-or-later
// Figures of an attendance sheet that betray nobody: groups of fewer than five are not told, and where a difference from the total would tell one
// of them, the next smallest is hidden too. What was not said counts as a group like any other.
export const LEAST = 5;

const questions = [
  { key: 'sex', title: 'Por sexo', labels: { mujer: 'Mujer', hombre: 'Hombre', intersexual: 'Intersexual', no_responde: 'No responde' } },
  { key: 'age_band', title: 'Por edad', labels: {} },
  {
    key: 'ethnicity', title: 'Por etnia',
    labels: { '01': 'Indígena', '02': 'Rrom', '03': 'Raizal', '04': 'Palenquero', '05': 'Negro', '06': 'Afrocolombiano', 99: 'Ninguna', 98: 'Prefiere no responder' },
  },
];

const find = (person, key) => {
  for (const [name, value] of Object.entries(person)) {
    if (name === key) return value;
    if (value && typeof value === 'object' && !Array.isArray(value)) {
      const inner = find(value, key);
      if (inner !== undefined) return inner;
    }
  }
  return undefined;
};

// counts: [{ label, count }]; count null where it is hidden. The total is told elsewhere, so that what is hidden together must be five or more and be
// more than one group: else the difference tells it.
export function suppress(counts) {
  const sorted = counts.filter(({ count }) => count > 0).sort((a, b) => a.count - b.count);
  const hidden = new Set(sorted.filter(({ count }) => count < LEAST));
  for (const one of sorted) {
    const together = [...hidden].reduce((sum, { count }) => sum + count, 0);
    if (hidden.size === 0 || (hidden.size > 1 && together >= LEAST)) break;
    hidden.add(one);
  }
  return counts.filter(({ count }) => count > 0).map((one) => (hidden.has(one) ? { label: one.label, count: null } : one));
}

export function figures(people) {
  return questions.map(({ key, title, labels }) => {
    const counts = new Map();
    for (const person of people) {
      const value = find(person, key);
      const label = value === undefined || value === null || value === '' ? 'Sin dato' : labels[value] ?? String(value);
      counts.set(label, (counts.get(label) ?? 0) + 1);
    }
    return { title, rows: suppress([...counts].map(([label, count]) => ({ label, count }))) };
  });
}
