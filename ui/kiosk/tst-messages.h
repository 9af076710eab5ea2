/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * tst_message_for_code:
 * @code: a stable code as tst_error_code() gives it
 *
 * What people read in place of an error: what happened, what is safe, what to do. Never the error's own text, which is for the
 * log and for technicians.
 *
 * Returns: (transfer none): in the language of the screen; for codes of a newer version a general sentence.
 */
const char *tst_message_for_code (const char *code);
/* The same for an error; one that names a field of a form («full_name») says which in the words of the form. (transfer full) */
char *tst_message_for_error (const GError *error);
/* "Nombre y apellidos" for "full_name"; NULL for what no form has. */
const char *tst_message_field_label (const char *field);

/* Whether @error only says that nobody waits for the answer any more. */
gboolean tst_message_is_cancelled (const GError *error);

G_END_DECLS
