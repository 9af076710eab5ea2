/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-session.h"

#include "journal/tst-outbox.h"

struct _TstSession
{
  GObject parent_instance;
  TstFieldBook *book;
  TstSyncControl *sync;
  TstCamera *camera;
  TstRecorder *recorder;
  TstLocation *location;
  TstSpeaker *speaker;
  TstEventSheet *sheet;
  GSettings *settings;
  char *author_name, *author_role;
  char *cache_folder;
  TstVault *vault;
  gboolean has_position;
  TstPlace position;
  gint64 catalogue_rev; /* of central's works, as last seen; -1: not yet */
  gboolean asking_rev, ask_again;
};

typedef enum
{
  PROP_BOOK = 1,
  PROP_SYNC,
  PROP_SETTINGS,
  PROP_AUTHOR_NAME,
  PROP_AUTHOR_ROLE,
  PROP_HAS_POSITION,
} TstSessionProperty;

static GParamSpec *properties[PROP_HAS_POSITION + 1];

enum
{
  RECORDS_CHANGED,
  WORKS_CHANGED,
  POSITION_CHANGED,
  TOAST,
  LOCKING,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TstSession, tst_session, G_TYPE_OBJECT)

/* --- works that came down while the app is open --- */

static void ask_rev (TstSession *self);

static void
rev_in_thread (GTask *task, gpointer source, gpointer book, GCancellable *cancellable)
{
  /* What central has told may be that it holds a closed event: its sheet goes from here. */
  tst_event_sheet_sweep (book, NULL);
  g_task_return_int (task, tst_outbox_get_catalogue_rev (book));
}

static void
on_rev (GObject *source, GAsyncResult *result, gpointer user_data)
{
  TstSession *self = TST_SESSION (source);
  gint64 rev = g_task_propagate_int (G_TASK (result), NULL);

  self->asking_rev = FALSE;
  if (g_task_get_task_data (G_TASK (result)) == self->book && rev != self->catalogue_rev)
    {
      gboolean first = self->catalogue_rev < 0;

      self->catalogue_rev = rev;
      if (!first)
        tst_session_works_changed (self);
    }
  if (self->ask_again)
    ask_rev (self);
}

static void
ask_rev (TstSession *self)
{
  g_autoptr (GTask) task = NULL;

  self->ask_again = self->asking_rev;
  if (self->asking_rev || self->book == NULL)
    return;
  self->asking_rev = TRUE;
  task = g_task_new (self, NULL, on_rev, NULL);
  g_task_set_task_data (task, g_object_ref (self->book), g_object_unref);
  g_task_run_in_thread (task, rev_in_thread);
}

static void
on_sync_changed (TstSession *self)
{
  g_signal_emit (self, signals[RECORDS_CHANGED], 0);
  ask_rev (self);
}

static void
tst_session_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TstSession *self = TST_SESSION (object);

  switch ((TstSessionProperty) id)
    {
    case PROP_BOOK:
      g_value_set_object (value, self->book);
      break;
    case PROP_SYNC:
      g_value_set_object (value, self->sync);
      break;
    case PROP_SETTINGS:
      g_value_set_object (value, self->settings);
      break;
    case PROP_AUTHOR_NAME:
      g_value_set_string (value, self->author_name);
      break;
    case PROP_AUTHOR_ROLE:
      g_value_set_string (value, self->author_role);
      break;
    case PROP_HAS_POSITION:
      g_value_set_boolean (value, self->has_position);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tst_session_dispose (GObject *object)
{
  TstSession *self = TST_SESSION (object);

  if (self->sync != NULL)
    g_signal_handlers_disconnect_by_data (self->sync, self);
  if (self->location != NULL)
    g_signal_handlers_disconnect_by_data (self->location, self);
  g_clear_object (&self->sync);
  g_clear_object (&self->camera);
  g_clear_object (&self->recorder);
  g_clear_object (&self->location);
  g_clear_object (&self->speaker);
  g_clear_pointer (&self->sheet, tst_event_sheet_unref);
  g_clear_object (&self->book);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->author_name, g_free);
  g_clear_pointer (&self->author_role, g_free);
  g_clear_pointer (&self->cache_folder, g_free);
  g_clear_pointer (&self->vault, tst_vault_unref);
  G_OBJECT_CLASS (tst_session_parent_class)->dispose (object);
}

static void
tst_session_class_init (TstSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags ro = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = tst_session_get_property;
  object_class->dispose = tst_session_dispose;

  properties[PROP_BOOK] = g_param_spec_object ("book", NULL, NULL, TST_TYPE_FIELD_BOOK, ro);
  properties[PROP_SYNC] = g_param_spec_object ("sync", NULL, NULL, TST_TYPE_SYNC_CONTROL, ro);
  properties[PROP_SETTINGS] = g_param_spec_object ("settings", NULL, NULL, G_TYPE_SETTINGS, ro);
  properties[PROP_AUTHOR_NAME] = g_param_spec_string ("author-name", NULL, NULL, NULL, ro);
  properties[PROP_AUTHOR_ROLE] = g_param_spec_string ("author-role", NULL, NULL, NULL, ro);
  properties[PROP_HAS_POSITION] = g_param_spec_boolean ("has-position", NULL, NULL, FALSE, ro);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  signals[RECORDS_CHANGED] = g_signal_new ("records-changed", TST_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                           NULL, G_TYPE_NONE, 0);
  signals[WORKS_CHANGED] = g_signal_new ("works-changed", TST_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 0);
  signals[POSITION_CHANGED] = g_signal_new ("position-changed", TST_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                            NULL, G_TYPE_NONE, 0);
  signals[TOAST] = g_signal_new ("toast", TST_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                 G_TYPE_STRING);
  signals[LOCKING] = g_signal_new ("locking", TST_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tst_session_init (TstSession *self)
{
}

TstSession *
tst_session_new (GSettings *settings)
{
  TstSession *self = g_object_new (TST_TYPE_SESSION, NULL);

  self->settings = g_object_ref (settings);
  return self;
}

TstFieldBook *
tst_session_get_book (TstSession *self)
{
  g_return_val_if_fail (TST_IS_SESSION (self), NULL);
  return self->book;
}

void
tst_session_set_book (TstSession *self, TstFieldBook *book)
{
  g_return_if_fail (TST_IS_SESSION (self));
  if (g_set_object (&self->book, book))
    {
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BOOK]);
      self->catalogue_rev = -1;
      ask_rev (self);
      tst_session_works_changed (self);
      g_signal_emit (self, signals[RECORDS_CHANGED], 0);
    }
}

TstSyncControl *
tst_session_get_sync (TstSession *self)
{
  g_return_val_if_fail (TST_IS_SESSION (self), NULL);
  return self->sync;
}

void
tst_session_set_sync (TstSession *self, TstSyncControl *sync)
{
  g_return_if_fail (TST_IS_SESSION (self));
  if (self->sync == sync)
    return;
  if (self->sync != NULL)
    g_signal_handlers_disconnect_by_data (self->sync, self);
  g_set_object (&self->sync, sync);
  if (sync != NULL)
    g_signal_connect_swapped (sync, "changed", G_CALLBACK (on_sync_changed), self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SYNC]);
}

TstEventSheet *
tst_session_get_sheet (TstSession *self)
{
  g_return_val_if_fail (TST_IS_SESSION (self), NULL);
  return self->sheet;
}

void
tst_session_set_sheet (TstSession *self, TstEventSheet *sheet)
{
  g_return_if_fail (TST_IS_SESSION (self));
  if (sheet != NULL)
    tst_event_sheet_ref (sheet);
  g_clear_pointer (&self->sheet, tst_event_sheet_unref);
  self->sheet = sheet;
}

TstSpeaker *
tst_session_get_speaker (TstSession *self)
{
  g_return_val_if_fail (TST_IS_SESSION (self), NULL);
  return self->speaker;
}

void
tst_session_set_speaker (TstSession *self, TstSpeaker *speaker)
{
  g_return_if_fail (TST_IS_SESSION (self));
  g_set_object (&self->speaker, speaker);
}

GSettings *
tst_session_get_settings (TstSession *self)
{
  g_return_val_if_fail (TST_IS_SESSION (self), NULL);
  return self->settings;
}

const char *
tst_session_get_author_name (TstSession *self)
{
  g_return_val_if_fail (TST_IS_SESSION (self), NULL);
  return self->author_name;
}

const char *
tst_session_get_author_role (TstSession *self)
{
  g_return_val_if_fail (TST_IS_SESSION (self), NULL);
  return self->author_role;
}

void
tst_session_set_author (TstSession *self, const char *id, const char *name, const char *role)
{
  TstAuthor author = { id, name, role };

  g_return_if_fail (TST_IS_SESSION (self));
  if (self->book != NULL)
    tst_field_book_set_author (self->book, &author);
  g_free (self->author_name);
  self->author_name = g_strdup (id != NULL ? name : NULL);
  g_free (self->author_role);
  self->author_role = g_strdup (id != NULL ? role : NULL);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_AUTHOR_NAME]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_AUTHOR_ROLE]);
}

TstVault *
tst_session_get_vault (TstSession *self)
{
  g_return_val_if_fail (TST_IS_SESSION (self), NULL);
  return self->vault;
}

void
tst_session_set_vault (TstSession *self, TstVault *vault)
{
  g_return_if_fail (TST_IS_SESSION (self));
  if (vault != NULL)
    tst_vault_ref (vault);
  else if (self->vault != NULL)
    g_signal_emit (self, signals[LOCKING], 0);
  g_clear_pointer (&self->vault, tst_vault_unref);
  self->vault = vault;
}

TstCamera *
tst_session_get_camera (TstSession *self)
{
  g_return_val_if_fail (TST_IS_SESSION (self), NULL);
  return self->camera;
}

void
tst_session_set_camera (TstSession *self, TstCamera *camera)
{
  g_return_if_fail (TST_IS_SESSION (self));
  if (!g_set_object (&self->camera, camera) || camera == NULL)
    return;
  /* What a person chose of it is what they find the next time; a size that another camera does not have changes nothing. */
  g_settings_bind (self->settings, "camera-device", camera, "device", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "camera-resolution", camera, "resolution", G_SETTINGS_BIND_DEFAULT);
}

TstRecorder *
tst_session_get_recorder (TstSession *self)
{
  g_return_val_if_fail (TST_IS_SESSION (self), NULL);
  return self->recorder;
}

void
tst_session_set_recorder (TstSession *self, TstRecorder *recorder)
{
  g_return_if_fail (TST_IS_SESSION (self));
  g_set_object (&self->recorder, recorder);
}

TstLocation *
tst_session_get_location (TstSession *self)
{
  g_return_val_if_fail (TST_IS_SESSION (self), NULL);
  return self->location;
}

static void
on_location_changed (TstSession *self)
{
  TstFix fix;

  tst_session_set_position (self, tst_location_get_fix (self->location, &fix) ? &fix.place : NULL);
}

void
tst_session_set_location (TstSession *self, TstLocation *location)
{
  g_return_if_fail (TST_IS_SESSION (self));
  if (self->location != NULL)
    g_signal_handlers_disconnect_by_data (self->location, self);
  g_set_object (&self->location, location);
  if (location != NULL)
    g_signal_connect_swapped (location, "changed", G_CALLBACK (on_location_changed), self);
}

gboolean
tst_session_get_position (TstSession *self, TstPlace *place)
{
  g_return_val_if_fail (TST_IS_SESSION (self), FALSE);
  if (self->has_position)
    *place = self->position;
  return self->has_position;
}

void
tst_session_set_position (TstSession *self, const TstPlace *place)
{
  g_return_if_fail (TST_IS_SESSION (self));
  self->has_position = place != NULL;
  if (place != NULL)
    self->position = *place;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HAS_POSITION]);
  g_signal_emit (self, signals[POSITION_CHANGED], 0);
}

void
tst_session_saved (TstSession *self)
{
  g_return_if_fail (TST_IS_SESSION (self));
  g_signal_emit (self, signals[RECORDS_CHANGED], 0);
  if (self->sync != NULL)
    tst_sync_control_kick (self->sync);
}

void
tst_session_works_changed (TstSession *self)
{
  g_return_if_fail (TST_IS_SESSION (self));
  g_signal_emit (self, signals[WORKS_CHANGED], 0);
}

const char *
tst_session_get_cache_folder (TstSession *self)
{
  g_return_val_if_fail (TST_IS_SESSION (self), NULL);
  return self->cache_folder;
}

void
tst_session_set_cache_folder (TstSession *self, const char *folder)
{
  g_return_if_fail (TST_IS_SESSION (self));
  g_free (self->cache_folder);
  self->cache_folder = g_strdup (folder);
}

void
tst_session_toast (TstSession *self, const char *text)
{
  g_return_if_fail (TST_IS_SESSION (self));
  g_signal_emit (self, signals[TOAST], 0, text);
}
