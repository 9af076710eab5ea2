/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-device-registry.h"

#include "base/tst-codec.h"
#include "base/tst-error.h"

#include <sodium.h>
#include <string.h>

struct _TstDeviceRegistry
{
  TstStore *store; /* not owned */
  GMutex lock;
  GHashTable *devices; /* name → TstDevice; replaced as a whole after each change */
};

static const char *const state_names[] = { [TST_DEVICE_ACTIVE] = "active",
                                           [TST_DEVICE_LOST] = "lost",
                                           [TST_DEVICE_RETIRED] = "retired" };

const char *
tst_device_state_name (TstDeviceState state)
{
  return state_names[state];
}

static gboolean
parse_state (const char *name, TstDeviceState *state)
{
  for (guint i = 0; i < G_N_ELEMENTS (state_names); i++)
    if (g_strcmp0 (name, state_names[i]) == 0)
      {
        *state = i;
        return TRUE;
      }
  return FALSE;
}

static void
clear_device (gpointer data)
{
  TstDevice *self = data;

  g_clear_pointer (&self->verifier, tst_verifier_unref);
  g_free (self->name);
  g_free (self->peer);
  g_free (self->label);
}

TstDevice *
tst_device_ref (TstDevice *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
tst_device_unref (TstDevice *self)
{
  g_atomic_rc_box_release_full (self, clear_device);
}

/* --- loading --- */

static gboolean
load_row (TstStatement *statement, GHashTable *devices, GError **error)
{
  g_autoptr (TstDevice) device = g_atomic_rc_box_new0 (TstDevice);
  g_autoptr (GBytes) key = tst_statement_bytes (statement, 1);

  device->name = g_strdup (tst_statement_text (statement, 0));
  if (key == NULL || g_bytes_get_size (key) != TST_PUBLIC_KEY_SIZE ||
      !tst_chain_parse (tst_statement_text (statement, 2), &device->chain) ||
      !parse_state (tst_statement_text (statement, 5), &device->state))
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_STORE_DAMAGED, "A row of the table of devices cannot be read");
      return FALSE;
    }
  device->verifier = tst_verifier_new_for_device (g_bytes_get_data (key, NULL));
  device->peer = g_strdup (tst_statement_text (statement, 3));
  device->label = g_strdup (tst_statement_text (statement, 4));
  device->registered_s = tst_statement_int (statement, 6);
  g_hash_table_replace (devices, device->name, tst_device_ref (device));
  return TRUE;
}

static gboolean
load_devices (TstStore *store, gpointer data, GError **error)
{
  GHashTable *devices = data;
  g_autoptr (TstStatement) statement = NULL;
  gboolean row;

  statement = tst_store_prepare (store, "SELECT name, public_key, chain, peer, label, state, registered_s FROM device",
                                 error);
  if (statement == NULL)
    return FALSE;
  while (tst_statement_step (statement, &row, error))
    {
      if (!row)
        return TRUE;
      if (!load_row (statement, devices, error))
        return FALSE;
    }
  return FALSE;
}

gboolean
tst_device_registry_reload (TstDeviceRegistry *self, GError **error)
{
  g_autoptr (GHashTable) devices = NULL;

  devices = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) tst_device_unref);
  if (!tst_store_read (self->store, load_devices, devices, error))
    return FALSE;
  g_mutex_lock (&self->lock);
  g_clear_pointer (&self->devices, g_hash_table_unref);
  self->devices = g_steal_pointer (&devices);
  g_mutex_unlock (&self->lock);
  return TRUE;
}

TstDeviceRegistry *
tst_device_registry_open (TstStore *store, GError **error)
{
  TstDeviceRegistry *self = g_new0 (TstDeviceRegistry, 1);

  self->store = store;
  g_mutex_init (&self->lock);
  if (tst_device_registry_reload (self, error))
    return self;
  tst_device_registry_free (self);
  return NULL;
}

void
tst_device_registry_free (TstDeviceRegistry *self)
{
  g_clear_pointer (&self->devices, g_hash_table_unref);
  g_mutex_clear (&self->lock);
  g_free (self);
}

TstDevice *
tst_device_registry_find (TstDeviceRegistry *self, const char *name)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  TstDevice *device = name != NULL ? g_hash_table_lookup (self->devices, name) : NULL;

  return device != NULL ? tst_device_ref (device) : NULL;
}

static int
compare_devices (gconstpointer a, gconstpointer b)
{
  const TstDevice *left = *(TstDevice *const *) a;
  const TstDevice *right = *(TstDevice *const *) b;
  int by_label = g_strcmp0 (left->label, right->label);

  if (by_label != 0)
    return by_label;
  return left->chain != right->chain ? (int) left->chain - (int) right->chain : strcmp (left->name, right->name);
}

GPtrArray *
tst_device_registry_list (TstDeviceRegistry *self)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) tst_device_unref);
  GHashTableIter iter;
  gpointer device;

  g_mutex_lock (&self->lock);
  g_hash_table_iter_init (&iter, self->devices);
  while (g_hash_table_iter_next (&iter, NULL, &device))
    g_ptr_array_add (list, tst_device_ref (device));
  g_mutex_unlock (&self->lock);
  g_ptr_array_sort (list, compare_devices);
  return list;
}

/* --- codes --- */

typedef struct
{
  const char *code;
  const char *label;
  TstVerifier *field;
  TstVerifier *open;
  gint64 now_s;
  gint64 expires_s;
} Enrolling;

static gboolean
insert_code (TstStore *store, gpointer data, GError **error)
{
  Enrolling *enrolling = data;
  TstHash hash = tst_hash_data (enrolling->code, strlen (enrolling->code));
  g_autoptr (TstStatement) statement = NULL;

  statement = tst_store_prepare (store, "INSERT INTO enrolment (code_hash, label, made_s, expires_s) VALUES (?, ?, ?, ?)",
                                 error);
  if (statement == NULL)
    return FALSE;
  tst_statement_bind_hash (statement, 1, &hash);
  tst_statement_bind_text (statement, 2, enrolling->label);
  tst_statement_bind_int (statement, 3, enrolling->now_s);
  tst_statement_bind_int (statement, 4, enrolling->expires_s);
  return tst_statement_step (statement, NULL, error);
}

char *
tst_device_registry_make_code (TstDeviceRegistry *self, const char *label, gint64 now_s, gint64 valid_s, GError **error)
{
  guint8 random[16];
  g_autofree char *code = NULL;
  Enrolling enrolling = { .label = label, .now_s = now_s, .expires_s = now_s + valid_s };

  randombytes_buf (random, sizeof random);
  enrolling.code = code = tst_base64url_encode (random, sizeof random);
  if (!tst_store_write (self->store, insert_code, &enrolling, error))
    return NULL;
  return g_steal_pointer (&code);
}

/* --- registration --- */

static gboolean
bad_code (GError **error)
{
  g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_ENROLMENT,
                       "This enrolment code is unknown, expired or used. Nothing on the device is lost: ask for a "
                       "fresh one.");
  return FALSE;
}

static gboolean
take_code (TstStore *store, Enrolling *enrolling, char **label, GError **error)
{
  TstHash hash = tst_hash_data (enrolling->code, strlen (enrolling->code));
  const char *name = tst_verifier_get_name (enrolling->field);
  g_autoptr (TstStatement) find = NULL;
  g_autoptr (TstStatement) use = NULL;
  gboolean row;

  find = tst_store_prepare (store, "SELECT label, expires_s, field_device FROM enrolment WHERE code_hash = ?", error);
  if (find == NULL)
    return FALSE;
  tst_statement_bind_hash (find, 1, &hash);
  if (!tst_statement_step (find, &row, error))
    return FALSE;
  if (!row || tst_statement_int (find, 1) < enrolling->now_s ||
      (!tst_statement_is_null (find, 2) && strcmp (tst_statement_text (find, 2), name) != 0))
    return bad_code (error);
  *label = g_strdup (tst_statement_text (find, 0));
  use = tst_store_prepare (store, "UPDATE enrolment SET field_device = ? WHERE code_hash = ?", error);
  if (use == NULL)
    return FALSE;
  tst_statement_bind_text (use, 1, name);
  tst_statement_bind_hash (use, 2, &hash);
  return tst_statement_step (use, NULL, error);
}

static gboolean
insert_device (TstStore *store, TstVerifier *verifier, TstChain chain, TstVerifier *peer, const char *label,
               gint64 now_s, GError **error)
{
  g_autoptr (TstStatement) statement = NULL;

  statement = tst_store_prepare (store,
                                 "INSERT INTO device (name, public_key, chain, peer, label, state, registered_s)"
                                 " VALUES (?, ?, ?, ?, ?, 'active', ?)", error);
  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, tst_verifier_get_name (verifier));
  tst_statement_bind_blob (statement, 2, tst_verifier_get_public_key (verifier), TST_PUBLIC_KEY_SIZE);
  tst_statement_bind_text (statement, 3, tst_chain_name (chain));
  tst_statement_bind_text (statement, 4, tst_verifier_get_name (peer));
  tst_statement_bind_text (statement, 5, label);
  tst_statement_bind_int (statement, 6, now_s);
  return tst_statement_step (statement, NULL, error);
}

static gboolean
insert_devices (TstStore *store, gpointer data, GError **error)
{
  Enrolling *enrolling = data;
  g_autofree char *label = NULL;

  return take_code (store, enrolling, &label, error) &&
         insert_device (store, enrolling->field, TST_CHAIN_FIELD, enrolling->open, label, enrolling->now_s, error) &&
         insert_device (store, enrolling->open, TST_CHAIN_OPEN, enrolling->field, label, enrolling->now_s, error);
}

gboolean
tst_device_registry_register (TstDeviceRegistry *self, const char *code, TstVerifier *field, TstVerifier *open,
                              gint64 now_s, GError **error)
{
  g_autoptr (TstDevice) known = tst_device_registry_find (self, tst_verifier_get_name (field));
  g_autoptr (TstDevice) known_open = tst_device_registry_find (self, tst_verifier_get_name (open));
  g_autoptr (GError) local = NULL;
  Enrolling enrolling = { .code = code, .field = field, .open = open, .now_s = now_s };

  if (known != NULL || known_open != NULL)
    {
      if (known != NULL && known_open != NULL && known->chain == TST_CHAIN_FIELD &&
          known_open->chain == TST_CHAIN_OPEN && g_strcmp0 (known->peer, known_open->name) == 0 &&
          known->state != TST_DEVICE_RETIRED)
        return TRUE;
      g_set_error_literal (error, TST_ERROR, TST_ERROR_WRONG_STATE,
                           "These keys are retired, or known to central in another role");
      return FALSE;
    }
  if (!tst_store_write (self->store, insert_devices, &enrolling, &local))
    {
      /* Two requests at once: the other one entered the keys. */
      if (g_error_matches (local, TST_ERROR, TST_ERROR_DUPLICATE))
        return bad_code (error);
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  return tst_device_registry_reload (self, error);
}

/* --- states --- */

typedef struct
{
  const char *which;
  TstDeviceState state;
  guint changed;
} StateChange;

static gboolean
write_state (TstStore *store, gpointer data, GError **error)
{
  StateChange *change = data;
  g_autoptr (TstStatement) statement = NULL;

  statement = tst_store_prepare (store,
                                 "UPDATE device SET state = ?1 WHERE (name = ?2 OR peer = ?2 OR label = ?2)"
                                 " AND state <> 'retired' AND state <> ?1", error);
  if (statement == NULL)
    return FALSE;
  tst_statement_bind_text (statement, 1, tst_device_state_name (change->state));
  tst_statement_bind_text (statement, 2, change->which);
  if (!tst_statement_step (statement, NULL, error))
    return FALSE;
  change->changed = tst_store_changes (store);
  return TRUE;
}

gboolean
tst_device_registry_set_state (TstDeviceRegistry *self, const char *which, TstDeviceState state, guint *changed,
                               GError **error)
{
  g_autoptr (GPtrArray) all = tst_device_registry_list (self);
  StateChange change = { .which = which, .state = state };
  gboolean retired = FALSE;
  gboolean found = FALSE;

  for (guint i = 0; i < all->len; i++)
    {
      TstDevice *device = g_ptr_array_index (all, i);

      if (strcmp (device->name, which) != 0 && g_strcmp0 (device->peer, which) != 0 &&
          g_strcmp0 (device->label, which) != 0)
        continue;
      found = TRUE;
      retired |= device->state == TST_DEVICE_RETIRED;
    }
  if (!found)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_NOT_FOUND, "No device has that name. See: device list");
      return FALSE;
    }
  if (!tst_store_write (self->store, write_state, &change, error))
    return FALSE;
  if (change.changed == 0 && retired && state != TST_DEVICE_RETIRED)
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_WRONG_STATE,
                           "The keys of this device are retired. Enrol it again with a fresh code.");
      return FALSE;
    }
  if (changed != NULL)
    *changed = change.changed;
  return tst_device_registry_reload (self, error);
}
