/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "seal/tst-age.h"

G_BEGIN_DECLS

/* The inside of seal/: nothing else includes this. C2SP age ("age-encryption.org/v1"), as of commit 037e546d164a of
 * the specification; the X25519 type and the STREAM payload have not changed since age 1.0 (September 2021). */

#define TST_AGE_VERSION_LINE "age-encryption.org/v1\n"
#define TST_AGE_KEY_SIZE 32
#define TST_AGE_FILE_KEY_SIZE 16
#define TST_AGE_MAX_HEADER_SIZE (64 * 1024)

gboolean tst_age_recipient_parse (const char *text, guint8 recipient[TST_AGE_KEY_SIZE]);
const guint8 *tst_age_identity_get_secret (TstAgeIdentity *self);
const guint8 *tst_age_identity_get_public (TstAgeIdentity *self);

/* HKDF-SHA-256 to 32 bytes. */
void tst_age_hkdf (const guint8 *ikm, gsize ikm_size, const guint8 *salt, gsize salt_size, const char *info,
                   guint8 key[TST_AGE_KEY_SIZE]);

/* A fresh file key, wrapped for each recipient, and the MAC over it all. */
GByteArray *tst_age_header_write (const char *const *recipients, guint8 file_key[TST_AGE_FILE_KEY_SIZE],
                                  GError **error);

/* Reads the header at the start of @data, unwraps the file key. @header_size: where the payload begins. */
gboolean tst_age_header_open (const guint8 *data, gsize size, TstAgeIdentity *identity,
                              guint8 file_key[TST_AGE_FILE_KEY_SIZE], gsize *header_size, GError **error);

/* Sets TST_ERROR_HASH_MISMATCH; returns FALSE. */
gboolean tst_age_refuse_altered (GError **error);

G_END_DECLS
