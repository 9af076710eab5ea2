/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-drafts.h"

#include "base/tst-error.h"
#include "base/tst-fs.h"
#include "record/tst-body.h"
#include "widgets/tst-build.h"
#include "widgets/tst-form.h"
#include "widgets/tst-wrap.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#define MAX_DRAFT (1024 * 1024)
#define DELAY_MS 500

typedef enum
{
  KEEP,
  DROP,
  LOAD,
  LIST,
  DROP_ALL,
  SWEEP,
  FLUSH
} JobKind;

typedef struct
{
  JobKind kind;
  char *folder, *key; /* @key: LIST, DROP_ALL: what it ends in */
  TstVault *vault; /* (nullable) */
  char *text;      /* wiped when freed */
  GTask *task;     /* LOAD, LIST */
  GMutex *mutex;   /* FLUSH */
  GCond *cond;
  gboolean *done;
} Job;

static void
free_text (char *text)
{
  if (text != NULL)
    explicit_bzero (text, strlen (text));
  g_free (text);
}

static void
job_free (Job *job)
{
  g_free (job->folder);
  g_free (job->key);
  g_clear_pointer (&job->vault, tst_vault_unref);
  free_text (job->text);
  g_clear_object (&job->task);
  g_free (job);
}

static char *
file_of (const Job *job, const char *ending)
{
  g_autofree char *name = g_strconcat (job->key, ending, NULL);

  return g_build_filename (job->folder, name, NULL);
}

static char *
purpose_of (const Job *job)
{
  return g_strconcat ("draft:", job->key, NULL);
}

/* TRUE when there was one. */
static gboolean
remove_file (const Job *job, const char *ending)
{
  g_autofree char *path = file_of (job, ending);

  return g_unlink (path) == 0;
}

static void
keep (Job *job)
{
  g_autofree char *path = file_of (job, job->vault != NULL ? ".sealed" : ".json");
  g_autofree char *purpose = purpose_of (job);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  bytes = job->vault != NULL ? tst_vault_seal (job->vault, purpose, job->text, strlen (job->text))
                             : g_bytes_new (job->text, strlen (job->text));
  if (!tst_fs_ensure_folder (job->folder, 0700, &error) || !tst_fs_write_durable (path, bytes, 0600, &error))
    {
      g_warning ("A draft could not be kept: %s", tst_error_code (error));
      return;
    }
  /* Never two drafts of one form. */
  remove_file (job, job->vault != NULL ? ".json" : ".sealed");
}

static void
drop (Job *job)
{
  gboolean clear = remove_file (job, ".json");
  gboolean sealed = remove_file (job, ".sealed");
  g_autoptr (GError) error = NULL;

  if ((clear || sealed) && !tst_fs_sync_folder (job->folder, &error))
    g_warning ("A draft may come back after a power cut: %s", tst_error_code (error));
}

/* Of what is kept for the acta, no form can be gone on with. */
static gboolean
is_begun (const char *key, const char *ending)
{
  return g_str_has_suffix (key, ending) && !g_str_has_prefix (key, "signed-");
}

static GStrv
list (Job *job)
{
  static const char *const endings[] = { ".sealed", ".json" };
  g_autoptr (GStrvBuilder) keys = g_strv_builder_new ();
  g_autoptr (GDir) dir = g_dir_open (job->folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
      if (g_str_has_suffix (name, endings[i]))
        {
          g_autofree char *key = g_strndup (name, strlen (name) - strlen (endings[i]));

          if (is_begun (key, job->key))
            g_strv_builder_add (keys, key);
        }
  return g_strv_builder_end (keys);
}

/* The event of a picture that was pasted; NULL: @name is none. */
static const char *
pasted_into (const char *name)
{
  const gsize before = strlen (TST_DRAFTS_PASTED), uuid = 36;

  if (!g_str_has_prefix (name, TST_DRAFTS_PASTED) || !g_str_has_suffix (name, ".png"))
    return NULL;
  /* Those of before lie there without one. */
  return strlen (name) > before + uuid + 1 + strlen (".png") ? name + before + uuid + 1 : name + strlen (name);
}

/* Takes away the pictures that were pasted into the event (@ending: "-EVENT"); NULL: those of any event of which no photographs are begun. */
static void
remove_pasted (Job *job, const char *ending)
{
  g_autoptr (GDir) dir = g_dir_open (job->folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      const char *rest = pasted_into (name);
      g_autofree char *event = rest != NULL ? g_strndup (rest, MAX (strlen (rest), strlen (".png")) - strlen (".png")) : NULL;
      g_autofree char *path = g_build_filename (job->folder, name, NULL);
      g_autofree char *sealed = g_strdup_printf ("%s/photos-%s.sealed", job->folder, event);
      g_autofree char *clear = g_strdup_printf ("%s/photos-%s.json", job->folder, event);

      if (event == NULL)
        continue;
      if (ending != NULL ? g_str_equal (event, ending + 1)
                         : !g_file_test (sealed, G_FILE_TEST_EXISTS) && !g_file_test (clear, G_FILE_TEST_EXISTS))
        g_unlink (path);
    }
}

static void
drop_all (Job *job)
{
  g_auto (GStrv) keys = list (job);

  remove_pasted (job, job->key);

  for (guint i = 0; keys[i] != NULL; i++)
    {
      g_free (job->key);
      job->key = g_strdup (keys[i]);
      drop (job);
    }
}

static JsonObject *
load (Job *job, GError **error)
{
  g_autofree char *sealed_path = file_of (job, ".sealed");
  g_autofree char *clear_path = file_of (job, ".json");
  g_autofree char *purpose = purpose_of (job);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) sealed = NULL;
  g_autoptr (GError) local = NULL;
  JsonObject *content;
  gsize size;
  const char *data;

  if (job->vault != NULL && g_file_test (sealed_path, G_FILE_TEST_EXISTS))
    {
      sealed = tst_fs_read (sealed_path, MAX_DRAFT, error);
      if (sealed == NULL)
        return NULL;
      bytes = tst_vault_open (job->vault, purpose, sealed, &local);
      /* Of a vault that was forgotten: nobody can ever open it again. */
      if (bytes == NULL)
        return NULL;
    }
  else if (g_file_test (clear_path, G_FILE_TEST_EXISTS))
    {
      bytes = tst_fs_read (clear_path, MAX_DRAFT, error);
      if (bytes == NULL)
        return NULL;
    }
  else
    return NULL;
  data = g_bytes_get_data (bytes, &size);
  content = tst_json_parse_object (data != NULL ? data : "", size, NULL);
  if (sealed != NULL && data != NULL)
    explicit_bzero ((char *) data, size);
  return content;
}

static void
run (gpointer data, gpointer user_data)
{
  Job *job = data;
  GError *error = NULL;
  JsonObject *content;

  switch (job->kind)
    {
    case KEEP:
      keep (job);
      break;
    case DROP:
      drop (job);
      break;
    case LOAD:
      content = load (job, &error);
      if (error != NULL)
        g_task_return_error (job->task, error);
      else
        g_task_return_pointer (job->task, content, (GDestroyNotify) json_object_unref);
      break;
    case LIST:
      g_task_return_pointer (job->task, list (job), (GDestroyNotify) g_strfreev);
      break;
    case DROP_ALL:
      drop_all (job);
      break;
    case SWEEP:
      remove_pasted (job, NULL);
      break;
    case FLUSH:
      g_mutex_lock (job->mutex);
      *job->done = TRUE;
      g_cond_signal (job->cond);
      g_mutex_unlock (job->mutex);
      break;
    default:
      g_assert_not_reached ();
    }
  job_free (job);
}

static void
push (Job *job)
{
  static gsize once = 0;
  static GThreadPool *pool;

  if (g_once_init_enter (&once))
    {
      /* One thread: the order in which things were asked for is the order of the disk. */
      pool = g_thread_pool_new (run, NULL, 1, TRUE, NULL);
      g_once_init_leave (&once, 1);
    }
  g_thread_pool_push (pool, job, NULL);
}

static Job *
job_new (JobKind kind, TstSession *session, const char *key)
{
  TstFieldBook *book = tst_session_get_book (session);
  TstVault *vault = tst_session_get_vault (session);
  Job *job;

  g_assert (strspn (key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == strlen (key));
  if (book == NULL)
    return NULL;
  job = g_new0 (Job, 1);
  job->kind = kind;
  job->folder = g_build_filename (tst_field_book_get_folder (book), "drafts", NULL);
  job->key = g_strdup (key);
  job->vault = vault != NULL ? tst_vault_ref (vault) : NULL;
  return job;
}

void
tst_drafts_keep (TstSession *session, const char *key, JsonObject *content, gboolean personal)
{
  Job *job;

  g_return_if_fail (TST_IS_SESSION (session) && key != NULL && content != NULL);
  if (personal && tst_session_get_vault (session) == NULL)
    return;
  job = job_new (KEEP, session, key);
  if (job == NULL)
    return;
  job->text = tst_json_write (content);
  push (job);
}

void
tst_drafts_drop (TstSession *session, const char *key)
{
  Job *job;

  g_return_if_fail (TST_IS_SESSION (session) && key != NULL);
  job = job_new (DROP, session, key);
  if (job != NULL)
    push (job);
}

void
tst_drafts_load_async (TstSession *session, const char *key, GCancellable *cancellable, GAsyncReadyCallback callback,
                       gpointer user_data)
{
  GTask *task = g_task_new (session, cancellable, callback, user_data);
  Job *job = job_new (LOAD, session, key);

  g_task_set_source_tag (task, tst_drafts_load_async);
  if (job == NULL)
    {
      g_task_return_pointer (task, NULL, NULL);
      g_object_unref (task);
      return;
    }
  job->task = task;
  push (job);
}

JsonObject *
tst_drafts_load_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (G_IS_TASK (result), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
tst_drafts_list_event_async (TstSession *session, const char *event_id, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (session, cancellable, callback, user_data);
  g_autofree char *ending = g_strconcat ("-", event_id, NULL);
  Job *job = job_new (LIST, session, ending);

  g_task_set_source_tag (task, tst_drafts_list_event_async);
  if (job == NULL)
    {
      g_task_return_pointer (task, g_new0 (char *, 1), (GDestroyNotify) g_strfreev);
      g_object_unref (task);
      return;
    }
  job->task = task;
  push (job);
}

GStrv
tst_drafts_list_event_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (G_IS_TASK (result), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
tst_drafts_drop_event (TstSession *session, const char *event_id)
{
  g_autofree char *ending = g_strconcat ("-", event_id, NULL);
  Job *job = job_new (DROP_ALL, session, ending);

  if (job != NULL)
    push (job);
}

void
tst_drafts_sweep (TstSession *session)
{
  Job *job;

  g_return_if_fail (TST_IS_SESSION (session));
  job = job_new (SWEEP, session, "");
  if (job != NULL)
    push (job);
}

void
tst_drafts_flush (void)
{
  GMutex mutex;
  GCond cond;
  gboolean done = FALSE;
  Job *job = g_new0 (Job, 1);

  g_mutex_init (&mutex);
  g_cond_init (&cond);
  job->kind = FLUSH;
  job->mutex = &mutex;
  job->cond = &cond;
  job->done = &done;
  push (job);
  g_mutex_lock (&mutex);
  while (!done)
    g_cond_wait (&cond, &mutex);
  g_mutex_unlock (&mutex);
  g_mutex_clear (&mutex);
  g_cond_clear (&cond);
}

/* --- one page's draft --- */

struct _TstDraftKeeper
{
  TstPage *page; /* owns this */
  TstSession *session;
  char *key;
  gboolean personal, sealed, merges, restored, touched, done; /* @sealed: somebody was signed in when the page opened */
  TstDraftCollect collect;
  TstDraftRestore restore;
  GtkWidget *offer; /* (nullable): the button that throws away what was given back, and what is round it */
  guint timeout;
  gulong hidden, locking;
  GCancellable *cancellable;
};

static void
keep_now (TstDraftKeeper *self)
{
  g_autoptr (JsonObject) content = NULL;

  g_clear_handle_id (&self->timeout, g_source_remove);
  /* What was begun with somebody signed in does not come to lie in clear because the tablet was locked. */
  if (self->done || !self->restored || (self->sealed && tst_session_get_vault (self->session) == NULL))
    return;
  content = self->collect (self->page);
  if (content != NULL)
    tst_drafts_keep (self->session, self->key, content, self->personal);
  else
    tst_drafts_drop (self->session, self->key);
  if (content == NULL && self->offer != NULL)
    gtk_widget_set_visible (self->offer, FALSE);
}

static gboolean
on_timeout (gpointer user_data)
{
  TstDraftKeeper *self = user_data;

  self->timeout = 0;
  keep_now (self);
  return G_SOURCE_REMOVE;
}

static void
on_hidden (TstDraftKeeper *self)
{
  if (self->timeout != 0)
    keep_now (self);
}

static void
on_draft (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) content = tst_drafts_load_finish (result, &error);
  TstDraftKeeper *self = user_data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self->restored = TRUE;
  /* Whoever was quicker than the disk has begun anew. */
  if (content != NULL && (!self->touched || self->merges) && !self->done)
    self->restore (self->page, content);
  /* What was typed while the disk was read is kept now. */
  if (self->touched && self->timeout == 0)
    tst_draft_keeper_touch (self);
}

TstDraftKeeper *
tst_draft_keeper_new (TstPage *page, const char *key, gboolean personal, TstDraftCollect collect, TstDraftRestore restore)
{
  TstDraftKeeper *self = g_new0 (TstDraftKeeper, 1);

  self->page = page;
  self->session = g_object_ref (tst_page_get_session (page));
  self->key = g_strdup (key);
  self->personal = personal;
  self->sealed = tst_session_get_vault (self->session) != NULL;
  self->collect = collect;
  self->restore = restore;
  self->cancellable = g_cancellable_new ();
  self->hidden = g_signal_connect_swapped (page, "hidden", G_CALLBACK (on_hidden), self);
  self->locking = g_signal_connect_swapped (self->session, "locking", G_CALLBACK (on_hidden), self);
  tst_drafts_load_async (self->session, key, self->cancellable, on_draft, self);
  return self;
}

void
tst_draft_keeper_merge (TstDraftKeeper *self)
{
  self->merges = TRUE;
}

/* Asked twice in the same place: nothing brings it back. */
static void
on_discard (GtkWidget *button, TstDraftKeeper *self)
{
  TstPage *page = self->page;

  if (!gtk_widget_has_css_class (button, "destructive-action"))
    {
      const char *words = _("Sí, descartar lo que no se guardó");

      gtk_widget_add_css_class (button, "destructive-action");
      gtk_label_set_label (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button))), words);
      gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
      return;
    }
  /* What is being saved must be seen to the end. */
  if (!tst_page_may_leave (page))
    return;
  tst_draft_keeper_done (self);
  tst_session_toast (self->session, _("Descartado. No se guardó nada."));
  tst_page_leave (page);
}

GtkWidget *
tst_draft_keeper_offer (TstDraftKeeper *self, GtkWidget *notice, const char *text)
{
  GtkWidget *button;

  tst_form_notice_set (notice, text != NULL ? text : _("Esto quedó sin guardar la última vez. Revíselo y guárdelo."), FALSE);
  /* A tick would say that it is saved. */
  tst_form_notice_set_icon (notice, "document-edit-symbolic");
  if (self->offer != NULL)
    return NULL;
  button = gtk_button_new_with_label (_("Descartar lo que no se guardó"));
  tst_build_wrap_button (button);
  gtk_widget_add_css_class (button, "chip");
  /* After those whom it is handed to: the page may be gone then. */
  g_signal_connect_after (button, "clicked", G_CALLBACK (on_discard), self);
  self->offer = tst_wrap_new ();
  tst_wrap_append (TST_WRAP (self->offer), button);
  gtk_box_insert_child_after (GTK_BOX (gtk_widget_get_parent (notice)), self->offer, notice);
  return button;
}

void
tst_draft_keeper_touch (TstDraftKeeper *self)
{
  if (self == NULL || self->done)
    return;
  self->touched = TRUE;
  if (self->timeout == 0)
    self->timeout = g_timeout_add (DELAY_MS, on_timeout, self);
}

void
tst_draft_keeper_done (TstDraftKeeper *self)
{
  if (self == NULL || self->done)
    return;
  self->done = TRUE;
  g_clear_handle_id (&self->timeout, g_source_remove);
  tst_drafts_drop (self->session, self->key);
}

void
tst_draft_keeper_free (TstDraftKeeper *self)
{
  g_clear_handle_id (&self->timeout, g_source_remove);
  g_clear_signal_handler (&self->hidden, self->page);
  g_clear_signal_handler (&self->locking, self->session);
  g_object_unref (self->session);
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  g_free (self->key);
  g_free (self);
}
