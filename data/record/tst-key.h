/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/tst-hash.h"

G_BEGIN_DECLS

#define TST_PUBLIC_KEY_SIZE 32
#define TST_SIGNATURE_SIZE 64

/* What signed-note v1.0.0 allows as a key's name: not empty, UTF-8, no spaces, no control characters, no "+". */
gboolean tst_key_name_is_valid (const char *name);

/**
 * TstVerifier:
 *
 * A name and an Ed25519 public key: a C2SP signed-note verifier key. Immutable, any thread, counted.
 */
typedef struct _TstVerifier TstVerifier;
/* @name must be valid; check what came from outside with tst_key_name_is_valid() first. */
TstVerifier *tst_verifier_new (const char *name, const guint8 public_key[TST_PUBLIC_KEY_SIZE]);
/* The verifier of a device chain: its name is tst_device_name_for_key(). */
TstVerifier *tst_verifier_new_for_device (const guint8 public_key[TST_PUBLIC_KEY_SIZE]);
/* "name+hex8+base64(0x01 ‖ key)" as signed-note v1.0.0 says; TST_ERROR_BAD_VALUE for anything else. */
TstVerifier *tst_verifier_parse (const char *vkey, GError **error);
char *tst_verifier_to_vkey (TstVerifier *self);
TstVerifier *tst_verifier_ref (TstVerifier *self);
void tst_verifier_unref (TstVerifier *self);
const char *tst_verifier_get_name (TstVerifier *self);
const guint8 *tst_verifier_get_public_key (TstVerifier *self);
guint32 tst_verifier_get_key_id (TstVerifier *self); /* big-endian reading of the four bytes */
gboolean tst_verifier_check (TstVerifier *self, const void *message, gsize size,
                             const guint8 signature[TST_SIGNATURE_SIZE]);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstVerifier, tst_verifier_unref)

/* "testigo/d/" and the 64 hex digits of SHA-256(public key): the name commits to the key. */
char *tst_device_name_for_key (const guint8 public_key[TST_PUBLIC_KEY_SIZE]);
gboolean tst_device_name_is_valid (const char *name);

/**
 * TstSigningKey:
 *
 * An Ed25519 key pair with its name; the secret lives in sodium_malloc() memory. One key, one purpose.
 * Counted; signing from any thread.
 */
typedef struct _TstSigningKey TstSigningKey;
TstSigningKey *tst_signing_key_generate (const char *name); /* NULL @name: a device key, named after itself */
TstSigningKey *tst_signing_key_new_from_seed (const char *name, const guint8 seed[32]);
/* One line "TESTIGO-KEY-1 name base64(seed)", mode 0600. */
TstSigningKey *tst_signing_key_load (const char *path, GError **error);
gboolean tst_signing_key_save (TstSigningKey *self, const char *path, GError **error);
TstSigningKey *tst_signing_key_ref (TstSigningKey *self);
void tst_signing_key_unref (TstSigningKey *self);
const char *tst_signing_key_get_name (TstSigningKey *self);
TstVerifier *tst_signing_key_get_verifier (TstSigningKey *self); /* (transfer none) */
void tst_signing_key_sign (TstSigningKey *self, const void *message, gsize size,
                           guint8 signature[TST_SIGNATURE_SIZE]);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstSigningKey, tst_signing_key_unref)

G_END_DECLS
