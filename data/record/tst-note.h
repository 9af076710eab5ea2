/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "record/tst-key.h"

G_BEGIN_DECLS

/* Signed notes, C2SP signed-note v1.0.0: text that ends in a newline, a blank line, then lines
 * "— name base64(keyid ‖ signature)". */

/* Signs @text (must end in "\n", valid UTF-8, no control characters but "\n"). */
GBytes *tst_note_sign (const char *text, TstSigningKey *key);

/* Adds a signature line (a witness's cosignature, a second key). */
GBytes *tst_note_add_signature (GBytes *note, TstSigningKey *key, GError **error);

/**
 * tst_note_open:
 * @note: the note's bytes
 * @verifier: whose signature must be on it; signatures of unknown keys are ignored
 *
 * Returns: (transfer full): the text, newline included; NULL with TST_ERROR_BAD_SIGNATURE when the note is
 * malformed, has no signature of @verifier, or a wrong one.
 */
char *tst_note_open (GBytes *note, TstVerifier *verifier, GError **error);

/* The text without checking any signature; only to learn whom to ask for a key. */
char *tst_note_peek_text (GBytes *note, GError **error);

G_END_DECLS
