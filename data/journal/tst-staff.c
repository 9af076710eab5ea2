/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/tst-staff.h"

#include "journal/tst-journal-private.h"
#include "record/tst-sodium.h"

#include <sodium.h>
#include <string.h>

#define FREE_TRIES 3

const char *const tst_staff_roles[]
    = { "supervision", "interventoria", "atencion", "comunicaciones", "coordinacion", NULL };

/* --- the vault --- */

struct _TstVault
{
  gatomicrefcount refs;
  guint8 *key; /* sodium_malloc */
};

static TstVault *
vault_new (void)
{
  TstVault *self = g_new0 (TstVault, 1);

  g_atomic_ref_count_init (&self->refs);
  self->key = tst_secret_alloc (crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
  return self;
}

TstVault *
tst_vault_ref (TstVault *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
tst_vault_unref (TstVault *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  sodium_free (self->key);
  g_free (self);
}

GBytes *
tst_vault_seal (TstVault *self, const char *purpose, const void *data, gsize size)
{
  const gsize nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
  guint8 *sealed = g_malloc (nonce_size + size + crypto_aead_xchacha20poly1305_ietf_ABYTES);
  unsigned long long length;

  randombytes_buf (sealed, nonce_size);
  crypto_aead_xchacha20poly1305_ietf_encrypt (sealed + nonce_size, &length, data, size,
                                              (const guint8 *)purpose, strlen (purpose), NULL, sealed,
                                              self->key);
  return g_bytes_new_take (sealed, nonce_size + length);
}

GBytes *
tst_vault_open (TstVault *self, const char *purpose, GBytes *sealed, GError **error)
{
  const gsize nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
  gsize size;
  const guint8 *data = g_bytes_get_data (sealed, &size);
  guint8 *plain;
  unsigned long long length;

  if (size >= nonce_size + crypto_aead_xchacha20poly1305_ietf_ABYTES)
    {
      plain = g_malloc (size);
      if (crypto_aead_xchacha20poly1305_ietf_decrypt (plain, &length, NULL, data + nonce_size,
                                                      size - nonce_size, (const guint8 *)purpose,
                                                      strlen (purpose), data, self->key)
          == 0)
        return g_bytes_new_take (plain, length);
      g_free (plain);
    }
  g_set_error_literal (error, TST_ERROR, TST_ERROR_HASH_MISMATCH,
                       "A draft on this tablet cannot be opened: it was changed, or belongs to an earlier "
                       "list of staff. What was saved "
                       "is safe.");
  return NULL;
}

/* --- PINs --- */

typedef struct
{
  guint8 salt[crypto_pwhash_SALTBYTES];
  gint64 ops, mem;
  guint8 nonce[crypto_secretbox_NONCEBYTES];
  guint8 wrapped[crypto_secretbox_MACBYTES + crypto_aead_xchacha20poly1305_ietf_KEYBYTES];
} Wrap;

gboolean
tst_staff_check_pin (const char *pin, GError **error)
{
  gsize length = pin != NULL ? strlen (pin) : 0;
  gboolean same = TRUE, up = TRUE, down = TRUE;

  if (length < TST_PIN_MIN || length > TST_PIN_MAX || strspn (pin, "0123456789") != length)
    {
      g_set_error (error, TST_ERROR, TST_ERROR_BAD_VALUE, "El PIN tiene de %d a %d cifras.", TST_PIN_MIN,
                   TST_PIN_MAX);
      return FALSE;
    }
  for (gsize i = 1; i < length; i++)
    {
      same &= pin[i] == pin[i - 1];
      up &= pin[i] == pin[i - 1] + 1;
      down &= pin[i] == pin[i - 1] - 1;
    }
  if (same || up || down)
    {
      g_set_error_literal (
          error, TST_ERROR, TST_ERROR_BAD_VALUE,
          "Ese PIN se adivina de primeras. Elija cifras que no vayan seguidas ni sean todas iguales.");
      return FALSE;
    }
  return TRUE;
}

static guint8 *
derive (const char *pin, const Wrap *wrap, GError **error)
{
  guint8 *key = tst_secret_alloc (crypto_secretbox_KEYBYTES);

  if (crypto_pwhash (key, crypto_secretbox_KEYBYTES, pin, strlen (pin), wrap->salt, wrap->ops, wrap->mem,
                     crypto_pwhash_ALG_ARGON2ID13)
      == 0)
    return key;
  sodium_free (key);
  g_set_error_literal (error, TST_ERROR, TST_ERROR_FAILED,
                       "There is not enough memory to check the PIN. What was saved is safe; close other "
                       "programs and try again.");
  return NULL;
}

static gboolean
wrap_key (TstVault *vault, const char *pin, Wrap *wrap, GError **error)
{
  guint8 *key;

  randombytes_buf (wrap->salt, sizeof wrap->salt);
  randombytes_buf (wrap->nonce, sizeof wrap->nonce);
  wrap->ops = crypto_pwhash_OPSLIMIT_MODERATE;
  wrap->mem = crypto_pwhash_MEMLIMIT_MODERATE;
  key = derive (pin, wrap, error);
  if (key == NULL)
    return FALSE;
  crypto_secretbox_easy (wrap->wrapped, vault->key, crypto_aead_xchacha20poly1305_ietf_KEYBYTES, wrap->nonce,
                         key);
  sodium_free (key);
  return TRUE;
}

static guint
wait_after (gint64 failures)
{
  static const guint waits[] = { 5, 15, 60, 300, 900 };

  if (failures < FREE_TRIES)
    return 0;
  return waits[MIN (failures - FREE_TRIES, (gint64)G_N_ELEMENTS (waits) - 1)];
}

/* --- the table --- */

void
tst_staff_member_free (TstStaffMember *self)
{
  g_free (self->id);
  g_free (self->name);
  g_free (self->role);
  g_free (self);
}

typedef struct
{
  const char *id, *name, *role;
  Wrap wrap;
  gint64 now_s;
  guint wait_s;
  gboolean first;
} Member;

static gboolean
read_list (TstStore *store, gpointer data, GError **error)
{
  GPtrArray *list = data;
  g_autoptr (TstStatement) statement
      = tst_store_prepare (store, "SELECT id, name, role FROM staff_lock ORDER BY name, id", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  while (tst_statement_step (statement, &row, error))
    {
      TstStaffMember *member;

      if (!row)
        return TRUE;
      member = g_new0 (TstStaffMember, 1);
      member->id = g_strdup (tst_statement_text (statement, 0));
      member->name = g_strdup (tst_statement_text (statement, 1));
      member->role = g_strdup (tst_statement_text (statement, 2));
      g_ptr_array_add (list, member);
    }
  return FALSE;
}

static gboolean
count_staff (TstStore *store, gint64 *count, GError **error)
{
  g_autoptr (TstStatement) statement = tst_store_prepare (store, "SELECT count (*) FROM staff_lock", error);
  gboolean row;

  if (statement == NULL || !tst_statement_step (statement, &row, error))
    return FALSE;
  *count = tst_statement_int (statement, 0);
  return TRUE;
}

static void
bind_wrap (TstStatement *statement, const Wrap *wrap)
{
  tst_statement_bind_blob (statement, 2, wrap->salt, sizeof wrap->salt);
  tst_statement_bind_int (statement, 3, wrap->ops);
  tst_statement_bind_int (statement, 4, wrap->mem);
  tst_statement_bind_blob (statement, 5, wrap->nonce, sizeof wrap->nonce);
  tst_statement_bind_blob (statement, 6, wrap->wrapped, sizeof wrap->wrapped);
}

static gboolean
refuse_closed (GError **error)
{
  g_set_error_literal (error, TST_ERROR, TST_ERROR_LOCKED,
                       "Somebody works on this tablet already. Sign in with a PIN first; then add people.");
  return FALSE;
}

static gboolean
write_member (TstStore *store, gpointer data, GError **error)
{
  Member *member = data;
  gint64 count;
  g_autoptr (TstStatement) statement
      = tst_store_prepare (store,
                           "INSERT INTO staff_lock (id, salt, ops, mem, nonce, wrapped, name, role) VALUES "
                           "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                           error);

  if (statement == NULL || !count_staff (store, &count, error))
    return FALSE;
  if (member->first && count > 0)
    return refuse_closed (error);
  tst_statement_bind_text (statement, 1, member->id);
  bind_wrap (statement, &member->wrap);
  tst_statement_bind_text (statement, 7, member->name);
  tst_statement_bind_text (statement, 8, member->role);
  return tst_statement_step (statement, NULL, error);
}

static gboolean
write_pin (TstStore *store, gpointer data, GError **error)
{
  Member *member = data;
  g_autoptr (TstStatement) statement
      = tst_store_prepare (store,
                           "UPDATE staff_lock SET salt = ?2, ops = ?3, mem = ?4, nonce = ?5, wrapped = ?6, "
                           "failures = 0 WHERE id = ?1",
                           error);

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, member->id);
  bind_wrap (statement, &member->wrap);
  if (!tst_statement_step (statement, NULL, error))
    return FALSE;
  if (tst_store_changes (store) == 1)
    return TRUE;
  g_set_error_literal (error, TST_ERROR, TST_ERROR_NOT_FOUND,
                       "That person is not on this tablet's list any more.");
  return FALSE;
}

static gboolean
delete_member (TstStore *store, gpointer data, GError **error)
{
  g_autoptr (TstStatement) statement
      = tst_store_prepare (store, "DELETE FROM staff_lock WHERE id = ?1", error);
  gint64 count;

  if (statement == NULL || !count_staff (store, &count, error))
    return FALSE;
  if (count <= 1)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_WRONG_STATE,
                           "The last person on the list stays: add another one first.");
      return FALSE;
    }
  tst_statement_bind_text (statement, 1, data);
  return tst_statement_step (statement, NULL, error);
}

static gboolean
delete_all (TstStore *store, gpointer data, GError **error)
{
  return tst_store_exec (store, "DELETE FROM staff_lock", error);
}

/* Counts the try before it is made. */
static gboolean
begin_try (TstStore *store, gpointer data, GError **error)
{
  Member *member = data;
  g_autoptr (TstStatement) read = tst_store_prepare (
      store, "SELECT salt, ops, mem, nonce, wrapped, failures, tried_s FROM staff_lock WHERE id = ?1", error);
  g_autoptr (TstStatement) write = tst_store_prepare (
      store, "UPDATE staff_lock SET failures = failures + 1, tried_s = ?2 WHERE id = ?1", error);
  g_autoptr (GBytes) salt = NULL, nonce = NULL, wrapped = NULL;
  gint64 tried_s;
  guint wait_s;
  gboolean row;

  if (read == NULL || write == NULL)
    return FALSE;
  tst_statement_bind_text (read, 1, member->id);
  if (!tst_statement_step (read, &row, error))
    return FALSE;
  if (!row)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_NOT_FOUND,
                           "That person is not on this tablet's list any more.");
      return FALSE;
    }
  salt = tst_statement_bytes (read, 0);
  nonce = tst_statement_bytes (read, 3);
  wrapped = tst_statement_bytes (read, 4);
  if (salt == NULL || nonce == NULL || wrapped == NULL || g_bytes_get_size (salt) != sizeof member->wrap.salt
      || g_bytes_get_size (nonce) != sizeof member->wrap.nonce
      || g_bytes_get_size (wrapped) != sizeof member->wrap.wrapped)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_STORE_DAMAGED,
                           "The list of staff is damaged. What was saved is safe.");
      return FALSE;
    }
  memcpy (member->wrap.salt, g_bytes_get_data (salt, NULL), sizeof member->wrap.salt);
  memcpy (member->wrap.nonce, g_bytes_get_data (nonce, NULL), sizeof member->wrap.nonce);
  memcpy (member->wrap.wrapped, g_bytes_get_data (wrapped, NULL), sizeof member->wrap.wrapped);
  member->wrap.ops = tst_statement_int (read, 1);
  member->wrap.mem = tst_statement_int (read, 2);
  wait_s = wait_after (tst_statement_int (read, 5));
  tried_s = tst_statement_int (read, 6);
  /* A clock that was set back must not make anybody wait for years: then the wait begins anew, now. */
  if (wait_s > 0 && member->now_s >= tried_s && member->now_s - tried_s >= wait_s)
    wait_s = 0;
  if (wait_s > 0)
    {
      member->wait_s = member->now_s >= tried_s ? wait_s - (guint)(member->now_s - tried_s) : wait_s;
      if (member->now_s >= tried_s)
        return TRUE;
      g_clear_pointer (&write, tst_statement_free);
      write = tst_store_prepare (store, "UPDATE staff_lock SET tried_s = ?2 WHERE id = ?1", error);
      if (write == NULL)
        return FALSE;
    }
  tst_statement_bind_text (write, 1, member->id);
  tst_statement_bind_int (write, 2, member->now_s);
  return tst_statement_step (write, NULL, error);
}

static gboolean
end_try (TstStore *store, gpointer data, GError **error)
{
  Member *member = data;
  g_autoptr (TstStatement) statement
      = tst_store_prepare (store, "UPDATE staff_lock SET failures = 0 WHERE id = ?1", error);

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, member->id);
  return tst_statement_step (statement, NULL, error);
}

static gboolean
read_failures (TstStore *store, gpointer data, GError **error)
{
  Member *member = data;
  g_autoptr (TstStatement) statement
      = tst_store_prepare (store, "SELECT failures FROM staff_lock WHERE id = ?1", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, member->id);
  if (!tst_statement_step (statement, &row, error))
    return FALSE;
  member->wait_s = row ? wait_after (tst_statement_int (statement, 0)) : 0;
  return TRUE;
}

/* --- acts --- */

GPtrArray *
tst_staff_list (TstFieldBook *book, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify)tst_staff_member_free);

  if (!tst_store_read (tst_field_book_get_store (book), read_list, list, error))
    return NULL;
  return g_steal_pointer (&list);
}

char *
tst_staff_add (TstFieldBook *book, TstVault *vault, const char *name, const char *role, const char *pin,
               TstVault **opened, GError **error)
{
  g_autofree char *clean = g_strstrip (g_strdup (name != NULL ? name : ""));
  g_autofree char *id = g_uuid_string_random ();
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (TstVault) used = NULL;
  Member member = { .id = id, .name = clean, .role = role, .first = vault == NULL };

  if (*clean == '\0' || !g_utf8_validate (clean, -1, NULL) || g_utf8_strlen (clean, -1) > 120)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_VALUE,
                           "Escriba el nombre de la persona (hasta 120 letras).");
      return NULL;
    }
  if (role == NULL || !g_strv_contains (tst_staff_roles, role))
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_VALUE, "Elija qué hace la persona.");
      return NULL;
    }
  if (!tst_staff_check_pin (pin, error))
    return NULL;
  if (vault == NULL)
    {
      list = tst_staff_list (book, error);
      if (list == NULL)
        return NULL;
      if (list->len > 0)
        {
          refuse_closed (error);
          return NULL;
        }
      used = vault_new ();
      randombytes_buf (used->key, crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
    }
  else
    used = tst_vault_ref (vault);
  if (!wrap_key (used, pin, &member.wrap, error)
      || !tst_store_write (tst_field_book_get_store (book), write_member, &member, error))
    return NULL;
  if (opened != NULL)
    *opened = g_steal_pointer (&used);
  return g_steal_pointer (&id);
}

TstVault *
tst_staff_sign_in (TstFieldBook *book, const char *id, const char *pin, guint *wait_s, GError **error)
{
  TstStore *store = tst_field_book_get_store (book);
  g_autoptr (TstVault) vault = NULL;
  TstTimestamp now;
  Member member = { .id = id };
  guint8 *key;
  gboolean right;

  *wait_s = 0;
  tst_clock_now (tst_field_book_get_clock (book), &now);
  member.now_s = now.utc_us / G_USEC_PER_SEC;
  if (!tst_store_write (store, begin_try, &member, error))
    return NULL;
  if (member.wait_s > 0)
    {
      *wait_s = member.wait_s;
      g_set_error (error, TST_ERROR, TST_ERROR_LOCKED, "Too many wrong PINs. Try again in %u seconds.",
                   member.wait_s);
      return NULL;
    }
  key = derive (pin != NULL ? pin : "", &member.wrap, error);
  if (key == NULL)
    return NULL;
  vault = vault_new ();
  right = crypto_secretbox_open_easy (vault->key, member.wrap.wrapped, sizeof member.wrap.wrapped,
                                      member.wrap.nonce, key)
          == 0;
  sodium_free (key);
  if (right)
    return tst_store_write (store, end_try, &member, error) ? g_steal_pointer (&vault) : NULL;
  if (tst_store_read (store, read_failures, &member, error))
    {
      *wait_s = member.wait_s;
      g_set_error_literal (error, TST_ERROR, TST_ERROR_LOCKED,
                           "That is not the PIN. Nothing was lost; try again.");
    }
  return NULL;
}

gboolean
tst_staff_set_pin (TstFieldBook *book, TstVault *vault, const char *id, const char *pin, GError **error)
{
  Member member = { .id = id };

  g_return_val_if_fail (vault != NULL, FALSE);
  return tst_staff_check_pin (pin, error) && wrap_key (vault, pin, &member.wrap, error)
         && tst_store_write (tst_field_book_get_store (book), write_pin, &member, error);
}

gboolean
tst_staff_remove (TstFieldBook *book, const char *id, GError **error)
{
  return tst_store_write (tst_field_book_get_store (book), delete_member, (char *)id, error);
}

gboolean
tst_staff_forget_all (TstFieldBook *book, GError **error)
{
  return tst_store_write (tst_field_book_get_store (book), delete_all, NULL, error);
}

/* --- the forms for the main loop --- */

typedef struct
{
  TstVault *vault, *opened;
  char *id, *name, *role;
  char *pin; /* sodium_malloc */
  guint wait_s;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_clear_pointer (&job->vault, tst_vault_unref);
  g_clear_pointer (&job->opened, tst_vault_unref);
  g_free (job->id);
  g_free (job->name);
  g_free (job->role);
  sodium_free (job->pin);
  g_free (job);
}

static char *
copy_pin (const char *pin)
{
  gsize size = strlen (pin) + 1;

  return memcpy (tst_secret_alloc (size), pin, size);
}

static void
list_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *list = tst_staff_list (source, &error);

  if (list != NULL)
    g_task_return_pointer (task, list, (GDestroyNotify)g_ptr_array_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
tst_staff_list_async (TstFieldBook *book, GCancellable *cancellable, GAsyncReadyCallback callback,
                      gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (book, cancellable, callback, user_data);

  g_task_set_source_tag (task, tst_staff_list_async);
  g_task_run_in_thread (task, list_in_thread);
}

GPtrArray *
tst_staff_list_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
add_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  g_autoptr (GError) error = NULL;
  char *id = tst_staff_add (source, job->vault, job->name, job->role, job->pin, &job->opened, &error);

  if (id != NULL)
    g_task_return_pointer (task, id, g_free);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
tst_staff_add_async (TstFieldBook *book, TstVault *vault, const char *name, const char *role, const char *pin,
                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (book, cancellable, callback, user_data);
  Job *job = g_new0 (Job, 1);

  job->vault = vault != NULL ? tst_vault_ref (vault) : NULL;
  job->name = g_strdup (name);
  job->role = g_strdup (role);
  job->pin = copy_pin (pin);
  g_task_set_source_tag (task, tst_staff_add_async);
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, add_in_thread);
}

char *
tst_staff_add_finish (GAsyncResult *result, TstVault **opened, GError **error)
{
  Job *job = g_task_get_task_data (G_TASK (result));
  char *id = g_task_propagate_pointer (G_TASK (result), error);

  if (id != NULL && opened != NULL)
    *opened = g_steal_pointer (&job->opened);
  return id;
}

static void
sign_in_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  g_autoptr (GError) error = NULL;
  TstVault *vault = tst_staff_sign_in (source, job->id, job->pin, &job->wait_s, &error);

  if (vault != NULL)
    g_task_return_pointer (task, vault, (GDestroyNotify)tst_vault_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
tst_staff_sign_in_async (TstFieldBook *book, const char *id, const char *pin, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (book, cancellable, callback, user_data);
  Job *job = g_new0 (Job, 1);

  job->id = g_strdup (id);
  job->pin = copy_pin (pin);
  g_task_set_source_tag (task, tst_staff_sign_in_async);
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, sign_in_in_thread);
}

TstVault *
tst_staff_sign_in_finish (GAsyncResult *result, guint *wait_s, GError **error)
{
  Job *job = g_task_get_task_data (G_TASK (result));

  *wait_s = job->wait_s;
  return g_task_propagate_pointer (G_TASK (result), error);
}
