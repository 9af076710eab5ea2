/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-work-ages.h"

#include "format/tst-format.h"
#include "journal/tst-last-evidence.h"

#include <glib/gi18n.h>

struct _TstWorkAges
{
  GObject parent_instance;
  TstSession *session; /* not owned: the page's */
  GPtrArray *buttons;  /* of TstWorkButton, owned: those that are shown */
  GHashTable *known;   /* code → gint64 *, seconds since 1970; 0: none */
  GStrv asked;         /* (nullable) what the question on its way is about */
  GCancellable *cancellable;
  gboolean stale;      /* what is known is to be asked for again */
};

G_DEFINE_FINAL_TYPE (TstWorkAges, tst_work_ages, G_TYPE_OBJECT)

static char *
age_text (gint64 at, GDateTime *now)
{
  g_autoptr (GDateTime) utc = at > 0 ? g_date_time_new_from_unix_utc (at) : NULL;
  g_autoptr (GDateTime) when = utc != NULL ? g_date_time_to_local (utc) : NULL;
  g_autofree char *ago = when != NULL ? tst_format_ago (when, now) : NULL;

  return ago != NULL ? g_strdup_printf (_("Última evidencia %s"), ago) : g_strdup (_("Sin evidencias en esta tableta"));
}

static void
apply (TstWorkAges *self)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  for (guint i = 0; i < self->buttons->len; i++)
    {
      TstWorkButton *button = self->buttons->pdata[i];
      const char *code = tst_work_button_get_code (button);
      gint64 *at = code != NULL ? g_hash_table_lookup (self->known, code) : NULL;
      g_autofree char *text = at != NULL ? age_text (*at, now) : g_strdup ("");

      tst_work_button_set_evidence (button, text);
    }
}

static void ask (TstWorkAges *self);

static void
on_found (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) found = tst_field_book_last_evidence_finish (TST_FIELD_BOOK (source), result, &error);
  g_auto (GStrv) asked = NULL;
  TstWorkAges *self;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self = TST_WORK_AGES (user_data);
  asked = g_steal_pointer (&self->asked);
  /* A field book that cannot be read says so elsewhere; these lines stay empty. */
  if (found == NULL)
    return;
  for (guint i = 0; asked[i] != NULL; i++)
    {
      gint64 *at = g_hash_table_lookup (found, asked[i]);

      g_hash_table_replace (self->known, g_strdup (asked[i]), g_memdup2 (at != NULL ? at : &(gint64) { 0 }, sizeof (gint64)));
    }
  apply (self);
  ask (self);
}

/* For those that are shown and not known. A second question waits for the first, and is then about what is shown by then. */
static void
ask (TstWorkAges *self)
{
  TstFieldBook *book = tst_session_get_book (self->session);
  g_autoptr (GStrvBuilder) codes = NULL;
  gboolean any = FALSE;

  if (book == NULL || self->asked != NULL)
    return;
  codes = g_strv_builder_new ();
  for (guint i = 0; i < self->buttons->len; i++)
    {
      const char *code = tst_work_button_get_code (self->buttons->pdata[i]);

      if (code != NULL && (self->stale || !g_hash_table_contains (self->known, code)))
        {
          g_strv_builder_add (codes, code);
          any = TRUE;
        }
    }
  /* Rows that are not shown now are asked for when they are; those that are keep their words until the answer. */
  if (self->stale)
    {
      g_autoptr (GHashTable) old = g_steal_pointer (&self->known);

      self->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
      for (guint i = 0; i < self->buttons->len; i++)
        {
          const char *code = tst_work_button_get_code (self->buttons->pdata[i]);
          gint64 *at = code != NULL ? g_hash_table_lookup (old, code) : NULL;

          if (at != NULL)
            g_hash_table_replace (self->known, g_strdup (code), g_memdup2 (at, sizeof *at));
        }
    }
  self->stale = FALSE;
  if (!any)
    return;
  self->asked = g_strv_builder_end (codes);
  tst_field_book_last_evidence_async (book, (const char *const *) self->asked, self->cancellable, on_found, self);
}

static void
on_records_changed (TstWorkAges *self)
{
  self->stale = TRUE;
  ask (self);
}

static void
on_book (TstWorkAges *self)
{
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  g_clear_pointer (&self->asked, g_strfreev);
  g_hash_table_remove_all (self->known);
  ask (self);
}

static void
tst_work_ages_dispose (GObject *object)
{
  TstWorkAges *self = TST_WORK_AGES (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->buttons, g_ptr_array_unref);
  g_clear_pointer (&self->known, g_hash_table_unref);
  g_clear_pointer (&self->asked, g_strfreev);
  G_OBJECT_CLASS (tst_work_ages_parent_class)->dispose (object);
}

static void
tst_work_ages_class_init (TstWorkAgesClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tst_work_ages_dispose;
}

static void
tst_work_ages_init (TstWorkAges *self)
{
  self->buttons = g_ptr_array_new_with_free_func (g_object_unref);
  self->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->cancellable = g_cancellable_new ();
}

TstWorkAges *
tst_work_ages_new (TstSession *session)
{
  TstWorkAges *self = g_object_new (TST_TYPE_WORK_AGES, NULL);

  self->session = session;
  g_signal_connect_object (session, "records-changed", G_CALLBACK (on_records_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "works-changed", G_CALLBACK (on_records_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::book", G_CALLBACK (on_book), self, G_CONNECT_SWAPPED);
  return self;
}

void
tst_work_ages_fill (TstWorkAges *self, GtkWidget *const *buttons, guint n)
{
  g_return_if_fail (TST_IS_WORK_AGES (self));
  g_ptr_array_set_size (self->buttons, 0);
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (self->buttons, g_object_ref (buttons[i]));
  apply (self);
  ask (self);
}
