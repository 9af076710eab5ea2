/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "record/tst-note.h"

G_BEGIN_DECLS

/* The notes that central's http key signs (README.md § 3 and § 5), and the one by which a device proves its open key (§ 1). */

typedef struct
{
  TstHash sha256;
  guint64 bytes;
} TstHolding;

GBytes *tst_holding_sign (const char *origin, gint64 time_s, const TstHolding *items, guint n, TstSigningKey *http_key);
/* @items: (out): GArray of TstHolding. TST_ERROR_BAD_RECEIPT. */
gboolean tst_holding_open (GBytes *note, const char *origin, TstVerifier *http, gint64 *time_s, GArray **items, GError **error);

GBytes *tst_hello_sign (const char *origin, gint64 time_s, const char *const *pins, TstSigningKey *http_key);
gboolean tst_hello_open (GBytes *note, const char *origin, TstVerifier *http, gint64 *time_s, char ***pins, GError **error);

GBytes *tst_open_proof_sign (const char *origin, const char *field_device, TstSigningKey *open_key);
gboolean tst_open_proof_check (GBytes *note, const char *origin, const char *field_device, TstVerifier *open, GError **error);

G_END_DECLS
