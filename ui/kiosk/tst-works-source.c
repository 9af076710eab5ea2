/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-works-source.h"

#include "journal/tst-works-load.h"

#include <glib/gi18n.h>

struct _TstWorksSource
{
  GObject parent_instance;
  TstSession *session; /* not owned: it keeps us */
  TstWorkIndex *works;
  GCancellable *cancellable;
  gboolean settled, loading;
  gboolean again; /* they changed while they were being read */
};

enum
{
  CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TstWorksSource, tst_works_source, G_TYPE_OBJECT)

static void load (TstWorksSource *self);

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  TstWorkIndex *works = tst_field_book_load_works_finish (TST_FIELD_BOOK (source), result, &error);
  TstWorksSource *self;
  gboolean changed;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self = TST_WORKS_SOURCE (user_data);
  self->loading = FALSE;
  /* The same as before, when what came down was no work. */
  changed = !self->settled || works == NULL || works != self->works;
  self->settled = TRUE;
  if (works == NULL)
    tst_session_toast (self->session, _("No se pudieron leer las obras."));
  else
    {
      g_clear_pointer (&self->works, tst_work_index_unref);
      self->works = works;
    }
  if (self->again)
    load (self);
  if (changed)
    g_signal_emit (self, signals[CHANGED], 0);
}

/* One at a time: 100,000 works read twice at once would take the memory twice. */
static void
load (TstWorksSource *self)
{
  TstFieldBook *book = tst_session_get_book (self->session);
  const char *folder = tst_session_get_cache_folder (self->session);
  g_autofree char *file = folder != NULL ? g_build_filename (folder, "works.index", NULL) : NULL;

  self->again = self->loading && book != NULL;
  if (self->again || book == NULL)
    return;
  self->loading = TRUE;
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  tst_field_book_load_works_async (book, file, self->works, self->cancellable, on_loaded, self);
}

static void
on_book (TstWorksSource *self)
{
  g_cancellable_cancel (self->cancellable);
  self->loading = FALSE;
  g_clear_pointer (&self->works, tst_work_index_unref);
  self->settled = FALSE;
  g_signal_emit (self, signals[CHANGED], 0);
  load (self);
}

static void
tst_works_source_dispose (GObject *object)
{
  TstWorksSource *self = TST_WORKS_SOURCE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->works, tst_work_index_unref);
  G_OBJECT_CLASS (tst_works_source_parent_class)->dispose (object);
}

static void
tst_works_source_class_init (TstWorksSourceClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tst_works_source_dispose;
  signals[CHANGED] = g_signal_new ("changed", TST_TYPE_WORKS_SOURCE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tst_works_source_init (TstWorksSource *self)
{
}

TstWorksSource *
tst_works_source_for (TstSession *session)
{
  TstWorksSource *self;

  g_return_val_if_fail (TST_IS_SESSION (session), NULL);
  self = g_object_get_data (G_OBJECT (session), "tst-works-source");
  if (self != NULL)
    return self;
  self = g_object_new (TST_TYPE_WORKS_SOURCE, NULL);
  self->session = session;
  g_object_set_data_full (G_OBJECT (session), "tst-works-source", self, g_object_unref);
  g_signal_connect_object (session, "works-changed", G_CALLBACK (load), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::book", G_CALLBACK (on_book), self, G_CONNECT_SWAPPED);
  load (self);
  return self;
}

gboolean
tst_works_source_is_settled (TstWorksSource *self)
{
  g_return_val_if_fail (TST_IS_WORKS_SOURCE (self), FALSE);
  return self->settled || tst_session_get_book (self->session) == NULL;
}

TstWorkIndex *
tst_works_source_get_works (TstWorksSource *self)
{
  g_return_val_if_fail (TST_IS_WORKS_SOURCE (self), NULL);
  return self->works;
}
