/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "journal/tst-field-book.h"

G_BEGIN_DECLS

/* Who works on this tablet: name, role and PIN. Names are of the internal zone. The PIN is never kept: Argon2id (libsodium, moderate) makes a
 * key of it, and that key wraps the vault's key, which every member's PIN opens. A wrong PIN is one that does not unwrap.
 *
 * What six digits resist: a person at the screen (waits grow, and are counted over restarts before each try). Whoever copies the tablet's disk
 * tries all of them in days; so drafts are destroyed when they are saved, and the disk should be encrypted. */

#define TST_PIN_MIN 6
#define TST_PIN_MAX 12

/* Codes of roles; on disk, append only. "supervision", "interventoria", "atencion", "comunicaciones", "coordinacion". */
extern const char *const tst_staff_roles[];

/**
 * TstVault:
 *
 * The key that seals what staff have begun and not saved yet. Open from signing in to locking; counted, any thread. The key lies in
 * sodium_malloc() memory.
 */
typedef struct _TstVault TstVault;
TstVault *tst_vault_ref (TstVault *self);
void tst_vault_unref (TstVault *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstVault, tst_vault_unref)

/* XChaCha20-Poly1305 under a fresh nonce; @purpose (such as "draft:attendance") is bound in, and must be the same to open. */
GBytes *tst_vault_seal (TstVault *self, const char *purpose, const void *data, gsize size);
/* TST_ERROR_HASH_MISMATCH when it was changed, is another vault's or another purpose's. The result is ordinary memory. */
GBytes *tst_vault_open (TstVault *self, const char *purpose, GBytes *sealed, GError **error);

typedef struct
{
  char *id;   /* UUID: the author in records */
  char *name; /* internal zone */
  char *role;
} TstStaffMember;
void tst_staff_member_free (TstStaffMember *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstStaffMember, tst_staff_member_free)

/* Those who work here, by name: (element-type TstStaffMember). Blocks on the store. */
GPtrArray *tst_staff_list (TstFieldBook *book, GError **error);

/**
 * tst_staff_add:
 * @vault: (nullable): the open vault; NULL only while nobody works here, then a new vault is made
 * @pin: 6 to 12 digits, not all the same nor in a row
 * @opened: (out) (optional): the vault, open
 *
 * Blocks for about a second (Argon2id takes 256 MiB). Errors: TST_ERROR_BAD_VALUE (name, role or PIN), TST_ERROR_LOCKED (somebody works here
 * already and the vault is closed).
 *
 * Returns: (transfer full): the id.
 */
char *tst_staff_add (TstFieldBook *book, TstVault *vault, const char *name, const char *role, const char *pin, TstVault **opened,
                     GError **error);

/**
 * tst_staff_sign_in:
 * @wait_s: (out): seconds until the next try is allowed, 0: at once
 *
 * Blocks like tst_staff_add(). The try is written down before it is made, so that pulling the plug gains nothing: after three wrong ones
 * the next waits 5 s, then 15 s, 1, 5 and 15 minutes. TST_ERROR_LOCKED: wrong, or too early (@wait_s says which); TST_ERROR_NOT_FOUND.
 */
TstVault *tst_staff_sign_in (TstFieldBook *book, const char *id, const char *pin, guint *wait_s, GError **error);

/* A colleague who is signed in gives a forgotten PIN anew; also ends the waiting. */
gboolean tst_staff_set_pin (TstFieldBook *book, TstVault *vault, const char *id, const char *pin, GError **error);
/* Takes the person off this tablet's list; what they recorded stays theirs. TST_ERROR_WRONG_STATE for the last one. */
gboolean tst_staff_remove (TstFieldBook *book, const char *id, GError **error);
/* Nobody knows a PIN any more: the list and the vault's key are destroyed, and with it every sealed draft. What was saved stays. */
gboolean tst_staff_forget_all (TstFieldBook *book, GError **error);

/* Whether @pin may be one; TST_ERROR_BAD_VALUE says what is wrong with it. Does not block. */
gboolean tst_staff_check_pin (const char *pin, GError **error);

/* The forms for the main loop. The PIN is copied into memory that is wiped. */
void tst_staff_list_async (TstFieldBook *book, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GPtrArray *tst_staff_list_finish (GAsyncResult *result, GError **error);
void tst_staff_add_async (TstFieldBook *book, TstVault *vault, const char *name, const char *role, const char *pin,
                          GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
char *tst_staff_add_finish (GAsyncResult *result, TstVault **opened, GError **error);
void tst_staff_sign_in_async (TstFieldBook *book, const char *id, const char *pin, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data);
TstVault *tst_staff_sign_in_finish (GAsyncResult *result, guint *wait_s, GError **error);

G_END_DECLS
