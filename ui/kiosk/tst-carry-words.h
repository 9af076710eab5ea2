/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What the page of memory sticks says; @row as TstCarrier answers. All (transfer full). */
char *tst_carry_words_exported (JsonObject *row);
char *tst_carry_words_imported (JsonObject *row);
char *tst_carry_words_space (JsonObject *row);
char *tst_carry_words_freed (JsonObject *row);
char *tst_carry_words_failed (const GError *error);
char *tst_carry_words_not_freed (const GError *error);

G_END_DECLS
