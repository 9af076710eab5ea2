/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Why something is withheld, shown in part or taken back: data/model/reasons.json. The codes stand in records and are append only. Any thread. */
typedef struct
{
  const char *code, *es, *en;
  gboolean by_hand; /* a person may choose it */
} TstReason;

/* Static, in the order in which people see them. */
const TstReason *tst_reasons (guint *n_reasons);
/* NULL unless @code is exactly one of them. */
const TstReason *tst_reason_find (const char *code);

G_END_DECLS
