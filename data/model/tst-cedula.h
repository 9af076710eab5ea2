/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TstCedula:
 *
 * What the PDF417 on the back of the Colombian yellow card (cédula de ciudadanía, tarjeta de identidad) says that an attendance sheet asks for. The layout is not published by
 * the Registraduría; what stands here is public knowledge, remembered (r): bytes in fixed places, Latin-1, names filled up with NUL:
 *
 *     48–57  number, ten digits with leading zeros     58–80, 81–103, 104–126, 127–149  two surnames, two names
 *     151    M or F                                    152–159  born, YYYYMMDD
 *
 * Before them stand a code and the marker of the issuer, after them a municipality, the blood group and fingerprints; none of that is read. Cards differ by
 * a byte or two, and scanners that type drop the NULs or put spaces: so the number is looked for, and the rest counted from it; where columns do not hold,
 * names are told apart by what fills them up, and @sure is FALSE. A person corrects what is read in any case.
 */
typedef struct
{
  char *number;                        /* without leading zeros */
  char *surname, *second_surname;      /* (nullable) UTF-8, as people write names */
  char *name, *second_name;            /* (nullable) */
  char sex;                            /* 'M', 'F' or 0 */
  GDate born;                          /* invalid where unknown */
  gboolean sure;
} TstCedula;

/* NULL when it is not such a card. Reads @size bytes, whatever they are. */
TstCedula *tst_cedula_parse (const void *data, gsize size);
void tst_cedula_free (TstCedula *self); /* overwrites it */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstCedula, tst_cedula_free)

char *tst_cedula_dup_full_name (const TstCedula *self); /* names, then surnames */
/* Under eighteen on @today; FALSE where unknown. */
gboolean tst_cedula_is_minor (const TstCedula *self, const GDate *today);

G_END_DECLS
