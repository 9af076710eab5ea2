/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* age v1 (C2SP age), X25519 recipients only, binary form, so that "age -d" opens in ten years what we seal now. */

/**
 * TstAgeIdentity:
 *
 * An X25519 secret in sodium_malloc() memory. Counted.
 */
typedef struct _TstAgeIdentity TstAgeIdentity;
TstAgeIdentity *tst_age_identity_generate (void);
TstAgeIdentity *tst_age_identity_parse (const char *text, GError **error); /* "AGE-SECRET-KEY-1…" */
TstAgeIdentity *tst_age_identity_load (const char *path, GError **error);  /* key file: comments, one identity */
gboolean tst_age_identity_save (TstAgeIdentity *self, const char *path, GError **error); /* as age-keygen writes */
TstAgeIdentity *tst_age_identity_ref (TstAgeIdentity *self);
void tst_age_identity_unref (TstAgeIdentity *self);
const char *tst_age_identity_get_recipient (TstAgeIdentity *self); /* "age1…" */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstAgeIdentity, tst_age_identity_unref)

gboolean tst_age_recipient_is_valid (const char *recipient);

/**
 * tst_age_seal:
 * @recipients: NULL-terminated "age1…" strings, at least one
 *
 * Returns: (transfer full): the age file; TST_ERROR_BAD_VALUE for a bad recipient. Never falls back to clear text.
 */
GBytes *tst_age_seal (GBytes *plain, const char *const *recipients, GError **error);

/* TST_ERROR_LOCKED when @identity is not among the recipients, TST_ERROR_HASH_MISMATCH when altered. Plain text is in
 * ordinary memory: wipe with tst_age_wipe() when done. */
GBytes *tst_age_open (GBytes *sealed, TstAgeIdentity *identity, GError **error);
void tst_age_wipe (GBytes *plain); /* zeroes the bytes and drops the reference */
gboolean tst_age_looks_sealed (GBytes *bytes); /* begins with the version line */

/* Streams of any size (voice, attachments, bundles): 64 KiB chunks, fd to fd, each from where it stands; blocks, so
 * never on the main loop. TST_ERROR as above, and then what was written to @out must be thrown away. */
gboolean tst_age_seal_fd (int in, int out, const char *const *recipients, GCancellable *cancellable, GError **error);
gboolean tst_age_open_fd (int in, int out, TstAgeIdentity *identity, GCancellable *cancellable, GError **error);
/* The age file is the next @size bytes of @in: a member of an archive. Nothing after them is read. */
gboolean tst_age_open_part_fd (int in, guint64 size, int out, TstAgeIdentity *identity, GCancellable *cancellable, GError **error);

G_END_DECLS
