/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-kiosk-works.h"

#include "format/tst-format.h"
#include "journal/tst-field-book-async.h"
#include "journal/tst-works-load.h"
#include "kiosk/tst-kiosk-works-list.h"
#include "kiosk/tst-messages.h"
#include "model/tst-code-lists.h"
#include "model/tst-work.h"
#include "widgets/tst-build.h"
#include "widgets/tst-form.h"
#include "widgets/tst-progress-bars.h"
#include "widgets/tst-status-mark.h"
#include "widgets/tst-thumbnails.h"
#include "widgets/tst-wrap.h"

#include <glib/gi18n.h>
#include <math.h>

#define MOST_PHOTOS 12
#define LARGE_WIDTH 640

struct _TstKioskWorks
{
  TstKioskScreen parent_instance;
  GtkWidget *list_page, *work_page;
  GtkWidget *title, *mark, *status, *place, *bars, *facts, *photos, *no_photos, *large, *comment, *scroller, *back;
  char *code, *name;
  GCancellable *cancellable;
};

typedef enum
{
  PROP_CODE = 1,
} TstKioskWorksProperty;

static GParamSpec *properties[PROP_CODE + 1];

enum
{
  COMMENT,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TstKioskWorks, tst_kiosk_works, TST_TYPE_KIOSK_SCREEN)

static void
go (TstKioskWorks *self, const char *code, const char *name)
{
  char *copied = g_strdup (code);
  char *copied_name = g_strdup (name);

  g_free (self->code);
  g_free (self->name);
  self->code = copied;
  self->name = copied_name;
  gtk_widget_set_visible (self->list_page, code == NULL);
  gtk_widget_set_visible (self->work_page, code != NULL);
  tst_kiosk_screen_act (TST_KIOSK_SCREEN (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CODE]);
}

static gboolean
tst_kiosk_works_back (TstKioskScreen *screen)
{
  TstKioskWorks *self = TST_KIOSK_WORKS (screen);

  if (self->code == NULL)
    return FALSE;
  go (self, NULL, NULL);
  return TRUE;
}

static void
on_back (TstKioskWorks *self)
{
  if (!tst_kiosk_works_back (TST_KIOSK_SCREEN (self)))
    tst_kiosk_screen_finish (TST_KIOSK_SCREEN (self));
}

static void
on_comment (TstKioskWorks *self)
{
  g_signal_emit (self, signals[COMMENT], 0, self->code, self->name);
}

static void
add_fact (TstKioskWorks *self, const char *name, const char *value)
{
  g_autofree char *text = value != NULL && *value != '\0' ? g_strdup_printf ("%s: %s", name, value) : NULL;

  if (text != NULL)
    tst_form_text (self->facts, text);
}

static void
show_work (TstKioskWorks *self, const TstWork *work)
{
  const char *lang = tst_kiosk_screen_get_lang (TST_KIOSK_SCREEN (self));
  g_autofree char *budget = isnan (work->budget) ? NULL : tst_format_pesos (work->budget);
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) end = work->end_planned != NULL ? tst_format_parse_time (work->end_planned, utc) : NULL;
  g_autofree char *end_text = end != NULL ? tst_format_date (end) : NULL;
  GtkWidget *child;

  gtk_label_set_label (GTK_LABEL (self->title), work->title);
  tst_status_mark_set_status (TST_STATUS_MARK (self->mark), work->status);
  gtk_label_set_label (GTK_LABEL (self->status), work->status != NULL ? tst_code_label (TST_LIST_WORK_STATUS, work->status, lang) : _("Sin estado"));
  gtk_label_set_label (GTK_LABEL (self->place), work->barrio != NULL ? work->barrio : "");
  tst_progress_bars_set (TST_PROGRESS_BARS (self->bars), work->physical_planned_pct, work->physical_observed_pct);
  while ((child = gtk_widget_get_first_child (self->facts)) != NULL)
    gtk_box_remove (GTK_BOX (self->facts), child);
  add_fact (self, _("Valor"), budget);
  add_fact (self, _("Contratista"), work->contractor);
  add_fact (self, _("Termina"), end_text);
}

static void
on_photo (TstKioskWorks *self, GtkWidget *button)
{
  TstFieldBook *book = tst_session_get_book (tst_kiosk_screen_get_session (TST_KIOSK_SCREEN (self)));

  GtkWidget *picture;
  int width;

  if (book == NULL)
    return;
  /* As wide as the column, on a phone too. */
  width = MIN (LARGE_WIDTH, gtk_widget_get_width (self->photos));
  picture = tst_thumbnail_new (width, width * 3 / 4);
  tst_thumbnail_set (TST_THUMBNAIL (picture), tst_thumbnails_for_book (book), g_object_get_data (G_OBJECT (button), "sha256"), NULL,
                     g_object_get_data (G_OBJECT (button), "words"));
  adw_bin_set_child (ADW_BIN (self->large), picture);
  gtk_widget_set_visible (self->large, TRUE);
}

static void
on_photos (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = tst_field_book_list_finish (TST_FIELD_BOOK (source), result, &error);
  TstKioskWorks *self = user_data;

  if (tst_message_is_cancelled (error))
    return;
  tst_wrap_clear (TST_WRAP (self->photos));
  for (guint i = 0; rows != NULL && i < rows->len; i++)
    {
      const char *sha256 = tst_json_string (rows->pdata[i], "sha256");
      const char *alt = tst_json_string (rows->pdata[i], "alt");
      const char *caption = tst_json_string (rows->pdata[i], "caption");
      GtkWidget *button = gtk_button_new ();
      GtkWidget *thumbnail = tst_thumbnail_new (168, 126);
      const char *words = alt != NULL && *alt != '\0' ? alt : caption != NULL && *caption != '\0' ? caption : _("Foto de la obra");

      tst_thumbnail_set (TST_THUMBNAIL (thumbnail), tst_thumbnails_for_book (TST_FIELD_BOOK (source)), sha256, "image-x-generic-symbolic", NULL);
      gtk_button_set_child (GTK_BUTTON (button), thumbnail);
      gtk_widget_add_css_class (button, "picture");
      gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
      g_object_set_data_full (G_OBJECT (button), "sha256", g_strdup (sha256), g_free);
      g_object_set_data_full (G_OBJECT (button), "words", g_strdup (words), g_free);
      g_signal_connect_swapped (button, "clicked", G_CALLBACK (on_photo), self);
      tst_wrap_append (TST_WRAP (self->photos), button);
    }
  gtk_widget_set_visible (self->no_photos, rows == NULL || rows->len == 0);
}

typedef struct
{
  TstFieldBook *book;
  char *code;
} Wanted;

static void
wanted_free (gpointer data)
{
  Wanted *wanted = data;

  g_object_unref (wanted->book);
  g_free (wanted->code);
  g_free (wanted);
}

static void
load_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Wanted *wanted = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) content = tst_field_book_load_work (wanted->book, wanted->code, &error);
  TstWork *work = content != NULL ? tst_work_from_json (content, &error) : NULL;

  if (work != NULL)
    g_task_return_pointer (task, work, (GDestroyNotify) tst_work_free);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  TstKioskWorks *self = TST_KIOSK_WORKS (source);
  g_autoptr (TstWork) work = g_task_propagate_pointer (G_TASK (result), NULL);

  if (work != NULL && g_strcmp0 (work->code, self->code) == 0)
    show_work (self, work);
}

static void
on_picked (TstKioskWorks *self, const char *code, const char *title)
{
  TstFieldBook *book = tst_session_get_book (tst_kiosk_screen_get_session (TST_KIOSK_SCREEN (self)));
  g_autoptr (GTask) task = NULL;
  TstQuery query = { .work = code, .status = "published", .limit = MOST_PHOTOS };
  Wanted *wanted;

  if (book == NULL)
    return;
  go (self, code, title);
  gtk_widget_set_visible (self->large, FALSE);
  gtk_label_set_label (GTK_LABEL (self->title), title);
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller)), 0);
  wanted = g_new0 (Wanted, 1);
  wanted->book = g_object_ref (book);
  wanted->code = g_strdup (code);
  task = g_task_new (self, self->cancellable, on_loaded, NULL);
  g_task_set_task_data (task, wanted, wanted_free);
  g_task_run_in_thread (task, load_in_thread);
  tst_field_book_list_async (book, "photos", &query, self->cancellable, on_photos, self);
  gtk_widget_grab_focus (gtk_widget_get_visible (self->comment) ? self->comment : self->scroller);
}

static GtkWidget *
scrolled (GtkWidget *child)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *clamp = adw_clamp_new ();

  gtk_widget_add_css_class (child, "kiosk-column");
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), 860);
  adw_clamp_set_child (ADW_CLAMP (clamp), child);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), clamp);
  gtk_widget_set_vexpand (scroller, TRUE);
  return scroller;
}

static void
make_work_page (TstKioskWorks *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);

  self->title = tst_build_title (NULL);
  gtk_box_append (GTK_BOX (box), self->title);
  self->mark = tst_status_mark_new (NULL);
  self->status = tst_build_text (NULL);
  gtk_box_append (GTK_BOX (row), self->mark);
  gtk_box_append (GTK_BOX (row), self->status);
  gtk_box_append (GTK_BOX (box), row);
  self->place = tst_form_text (box, NULL);
  self->bars = tst_progress_bars_new ();
  gtk_box_append (GTK_BOX (box), self->bars);
  self->comment = tst_form_button (_("Opinar sobre esta obra"), "main suggested-action");
  g_signal_connect_swapped (self->comment, "clicked", G_CALLBACK (on_comment), self);
  gtk_box_append (GTK_BOX (box), self->comment);
  self->large = adw_bin_new ();
  gtk_widget_set_visible (self->large, FALSE);
  gtk_box_append (GTK_BOX (box), self->large);
  self->photos = tst_wrap_new ();
  gtk_box_append (GTK_BOX (box), self->photos);
  self->no_photos = tst_form_text (box, _("Esta tableta todavía no tiene fotos publicadas de la obra. En la página puede haber más."));
  self->facts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  gtk_box_append (GTK_BOX (box), self->facts);
  self->scroller = self->work_page = scrolled (box);
  gtk_widget_set_visible (self->work_page, FALSE);
}

/* Not the search: that would bring up the keyboard over the map. */
static void
tst_kiosk_works_shown (TstKioskScreen *screen)
{
  gtk_widget_grab_focus (TST_KIOSK_WORKS (screen)->back);
}

static void
tst_kiosk_works_constructed (GObject *object)
{
  TstKioskWorks *self = TST_KIOSK_WORKS (object);
  TstKioskScreen *screen = TST_KIOSK_SCREEN (self);
  GtkWidget *page = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *list = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *clamp = adw_clamp_new ();
  GtkWidget *foot = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget *works;

  G_OBJECT_CLASS (tst_kiosk_works_parent_class)->constructed (object);
  self->cancellable = g_cancellable_new ();
  gtk_box_append (GTK_BOX (list), tst_build_title (_("Obras de su barrio")));
  works = tst_kiosk_works_list_new (tst_kiosk_screen_get_session (screen), tst_kiosk_screen_get_lang (screen), TRUE);
  g_signal_connect_swapped (works, "picked", G_CALLBACK (on_picked), self);
  gtk_box_append (GTK_BOX (list), works);
  self->list_page = scrolled (list);
  make_work_page (self);
  gtk_widget_set_visible (self->comment, tst_kiosk_screen_get_event (screen) != NULL);
  gtk_box_append (GTK_BOX (page), self->list_page);
  gtk_box_append (GTK_BOX (page), self->work_page);
  self->back = tst_form_button (_("Atrás"), "main");
  gtk_widget_set_hexpand (self->back, TRUE);
  g_signal_connect_swapped (self->back, "clicked", G_CALLBACK (on_back), self);
  gtk_box_append (GTK_BOX (foot), self->back);
  gtk_widget_add_css_class (foot, "kiosk-foot");
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), 860);
  adw_clamp_set_child (ADW_CLAMP (clamp), foot);
  gtk_box_append (GTK_BOX (page), clamp);
  adw_bin_set_child (ADW_BIN (self), page);
}

static void
tst_kiosk_works_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if ((TstKioskWorksProperty) id == PROP_CODE)
    g_value_set_string (value, TST_KIOSK_WORKS (object)->code);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tst_kiosk_works_dispose (GObject *object)
{
  TstKioskWorks *self = TST_KIOSK_WORKS (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (tst_kiosk_works_parent_class)->dispose (object);
}

static void
tst_kiosk_works_finalize (GObject *object)
{
  g_free (TST_KIOSK_WORKS (object)->code);
  g_free (TST_KIOSK_WORKS (object)->name);
  G_OBJECT_CLASS (tst_kiosk_works_parent_class)->finalize (object);
}

static void
tst_kiosk_works_class_init (TstKioskWorksClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = tst_kiosk_works_constructed;
  object_class->get_property = tst_kiosk_works_get_property;
  object_class->dispose = tst_kiosk_works_dispose;
  object_class->finalize = tst_kiosk_works_finalize;
  TST_KIOSK_SCREEN_CLASS (klass)->back = tst_kiosk_works_back;
  TST_KIOSK_SCREEN_CLASS (klass)->shown = tst_kiosk_works_shown;
  properties[PROP_CODE] = g_param_spec_string ("code", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  signals[COMMENT] = g_signal_new ("comment", TST_TYPE_KIOSK_WORKS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING,
                                   G_TYPE_STRING);
}

static void
tst_kiosk_works_init (TstKioskWorks *self)
{
}

GtkWidget *
tst_kiosk_works_new (TstSession *session, const char *event, const char *lang)
{
  return g_object_new (TST_TYPE_KIOSK_WORKS, "session", session, "event", event, "lang", lang, NULL);
}
