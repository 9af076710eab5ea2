/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-card-page.h"

#include "format/tst-format.h"
#include "journal/tst-works-shapes.h"
#include "kiosk/tst-messages.h"
#include "kiosk/tst-photo-import.h"
#include "kiosk/tst-works-source.h"
#include "media/tst-photo-groups.h"
#include "widgets/tst-form.h"

#include <glib/gi18n.h>

/* A photo taken further away than this is of something else. */
#define NEAR_M 500.0
#define SHOWN 40

struct _TstCardPage
{
  TstPage parent_instance;
  GtkWidget *hint, *spinner, *list;
  char *event, *title, *work, *folder;
  GArray *photos, *groups, *suggestions; /* (nullable) until the card was read; the last two go together */
  TstWorkIndex *works;     /* (nullable) */
  GCancellable *cancellable;
};

typedef enum
{
  PROP_N_GROUPS = 1,
  PROP_READY,
} TstCardPageProperty;

static GParamSpec *properties[PROP_READY + 1];

G_DEFINE_FINAL_TYPE (TstCardPage, tst_card_page, TST_TYPE_PAGE)

/* The work that a group is probably of. */
typedef struct
{
  gboolean is_known;
  guint work; /* where it is in the index */
  double metres;
} Suggestion;

static char *
when_of (const TstPhotoGroup *group)
{
  g_autoptr (GDateTime) begin = group->begin_s != 0 ? g_date_time_new_from_unix_local (group->begin_s) : NULL;
  g_autoptr (GDateTime) end = group->end_s != 0 ? g_date_time_new_from_unix_local (group->end_s) : NULL;
  g_autofree char *date = NULL;
  g_autofree char *from = NULL;
  g_autofree char *to = NULL;

  if (begin == NULL || end == NULL)
    return g_strdup (_("Sin fecha"));
  date = tst_format_date (begin);
  from = tst_format_clock (begin);
  to = tst_format_clock (end);
  return g_str_equal (from, to) ? g_strdup_printf ("%s, %s", date, from) : g_strdup_printf (_("%s, de %s a %s"), date, from, to);
}

static void
on_bring (TstCardPage *self, GtkWidget *button)
{
  const TstPhotoGroup *group = &g_array_index (self->groups, TstPhotoGroup, GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "group")));
  const char *code = g_object_get_data (G_OBJECT (button), "code");
  g_autoptr (GListStore) files = g_list_store_new (G_TYPE_FILE);
  GtkWidget *page = tst_photo_import_new (tst_page_get_session (TST_PAGE (self)), self->event,
                                          code != NULL ? code : group->has_place ? NULL : self->work,
                                          g_object_get_data (G_OBJECT (button), "title"));

  for (guint i = 0; i < group->n; i++)
    {
      g_autoptr (GFile) file = g_file_new_for_path (g_array_index (self->photos, TstCardPhoto, group->first + i).path);

      g_list_store_append (files, file);
    }
  tst_page_push (TST_PAGE (self), TST_PAGE (page));
  tst_photo_import_add_files (TST_PHOTO_IMPORT (page), G_LIST_MODEL (files));
}

static GtkWidget *
build_group (TstCardPage *self, guint at)
{
  const TstPhotoGroup *group = &g_array_index (self->groups, TstPhotoGroup, at);
  GtkWidget *card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  g_autofree char *when = when_of (group);
  g_autofree char *number = tst_format_number (group->n, 0);
  g_autofree char *photos = g_strdup_printf (ngettext ("%s foto", "%s fotos", group->n), number);
  g_autofree char *label = NULL;
  const Suggestion *suggestion = &g_array_index (self->suggestions, Suggestion, at);
  const TstWorkEntry entry = suggestion->is_known ? tst_work_index_get (self->works, suggestion->work) : (TstWorkEntry) { 0 };
  const TstWorkEntry *work = suggestion->is_known ? &entry : NULL;
  GtkWidget *button;

  gtk_widget_add_css_class (card, "card-box");
  gtk_widget_add_css_class (tst_form_text (card, photos), "heading");
  tst_form_text (card, when);
  if (work != NULL)
    {
      g_autofree char *distance = tst_format_distance (suggestion->metres);
      g_autofree char *text = g_strdup_printf (_("Parece de «%s», a %s."), work->title, distance);

      tst_form_text (card, text);
      label = g_strdup_printf (_("Sí, traer a esta obra: %s"), work->title);
    }
  else
    {
      if (group->has_place)
        tst_form_text (card, _("Ninguna obra conocida queda cerca de donde se tomaron."));
      label = g_strdup_printf (_("Traer %s"), photos);
    }
  button = tst_form_button (label, "suggested-action");
  g_object_set_data (G_OBJECT (button), "group", GUINT_TO_POINTER (at));
  if (work != NULL)
    {
      g_object_set_data_full (G_OBJECT (button), "code", g_strdup (work->code), g_free);
      g_object_set_data_full (G_OBJECT (button), "title", g_strdup (work->title), g_free);
    }
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (on_bring), self);
  gtk_box_append (GTK_BOX (card), button);
  if (work != NULL)
    {
      GtkWidget *other = tst_form_button (_("Traer y elegir la obra después"), NULL);

      g_object_set_data (G_OBJECT (other), "group", GUINT_TO_POINTER (at));
      g_signal_connect_swapped (other, "clicked", G_CALLBACK (on_bring), self);
      gtk_box_append (GTK_BOX (card), other);
    }
  return card;
}

static void
show (TstCardPage *self)
{
  g_autofree char *text = g_strdup_printf (_("Juntas por hora y lugar. Las que traiga quedan en «%s»; las originales siguen en la tarjeta."), self->title);

  if (self->groups == NULL)
    return;
  gtk_widget_set_visible (self->spinner, FALSE);
  gtk_label_set_label (GTK_LABEL (self->hint), self->groups->len > 0 ? text : _("No hay fotos en esta tarjeta."));
  for (guint i = 0; i < MIN (self->groups->len, SHOWN); i++)
    gtk_box_append (GTK_BOX (self->list), build_group (self, i));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_GROUPS]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_READY]);
}

typedef struct
{
  TstFieldBook *book;  /* (nullable) */
  TstWorkIndex *works; /* (nullable) */
  char *folder;
  GArray *photos, *groups, *suggestions; /* out */
} Scan;

static void
scan_free (gpointer data)
{
  Scan *scan = data;

  g_clear_object (&scan->book);
  g_clear_pointer (&scan->works, tst_work_index_unref);
  g_free (scan->folder);
  g_clear_pointer (&scan->photos, g_array_unref);
  g_clear_pointer (&scan->groups, g_array_unref);
  g_clear_pointer (&scan->suggestions, g_array_unref);
  g_free (scan);
}

static void
scan_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Scan *scan = data;
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  GError *error = NULL;

  scan->photos = tst_card_scan (scan->folder, zone, cancellable, &error);
  if (scan->photos == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  scan->groups = tst_photo_groups (scan->photos);
  scan->suggestions = g_array_sized_new (FALSE, TRUE, sizeof (Suggestion), scan->groups->len);
  for (guint i = 0; i < scan->groups->len; i++)
    {
      const TstPhotoGroup *group = &g_array_index (scan->groups, TstPhotoGroup, i);
      Suggestion suggestion = { 0 };

      if (group->has_place && i < SHOWN && scan->works != NULL && scan->book != NULL)
        suggestion.is_known = tst_field_book_nearest_work (scan->book, scan->works, group->lat, group->lon, NEAR_M, &suggestion.work,
                                                           &suggestion.metres);
      g_array_append_val (scan->suggestions, suggestion);
    }
  g_task_return_boolean (task, TRUE);
}

static void
on_scanned (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  Scan *scan = g_task_get_task_data (G_TASK (result));
  TstCardPage *self = user_data;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    return; /* cancelled: @self is gone */
  self->photos = g_steal_pointer (&scan->photos);
  self->groups = g_steal_pointer (&scan->groups);
  self->suggestions = g_steal_pointer (&scan->suggestions);
  show (self);
}

static void
scan (TstCardPage *self)
{
  g_autoptr (GTask) task = g_task_new (NULL, self->cancellable, on_scanned, self);
  TstFieldBook *book = tst_session_get_book (tst_page_get_session (TST_PAGE (self)));
  Scan *data = g_new0 (Scan, 1);

  data->folder = g_strdup (self->folder);
  data->book = book != NULL ? g_object_ref (book) : NULL;
  data->works = self->works != NULL ? tst_work_index_ref (self->works) : NULL;
  g_task_set_task_data (task, data, scan_free);
  g_task_run_in_thread (task, scan_in_thread);
}

/* The works first: then each group is shown once, with its suggestion. */
static void
take_works (TstCardPage *self, TstWorksSource *source)
{
  TstWorkIndex *works = tst_works_source_get_works (source);

  if (!tst_works_source_is_settled (source))
    return;
  g_signal_handlers_disconnect_by_func (source, take_works, self);
  if (works != NULL)
    self->works = tst_work_index_ref (works);
  scan (self);
}

static void
tst_card_page_constructed (GObject *object)
{
  TstCardPage *self = TST_CARD_PAGE (object);
  GtkWidget *column;

  G_OBJECT_CLASS (tst_card_page_parent_class)->constructed (object);
  adw_bin_set_child (ADW_BIN (self), tst_form_page (720, &column, NULL));
  self->hint = tst_form_text (column, _("Leyendo la tarjeta…"));
  self->spinner = gtk_spinner_new ();
  gtk_spinner_start (GTK_SPINNER (self->spinner));
  gtk_widget_set_size_request (self->spinner, 40, 40);
  gtk_box_append (GTK_BOX (column), self->spinner);
  self->list = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  gtk_box_append (GTK_BOX (column), self->list);
}

static void
tst_card_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TstCardPage *self = TST_CARD_PAGE (object);

  switch ((TstCardPageProperty) id)
    {
    case PROP_N_GROUPS:
      g_value_set_uint (value, self->groups != NULL ? self->groups->len : 0);
      break;
    case PROP_READY:
      g_value_set_boolean (value, self->groups != NULL);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tst_card_page_dispose (GObject *object)
{
  TstCardPage *self = TST_CARD_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (tst_card_page_parent_class)->dispose (object);
}

static void
tst_card_page_finalize (GObject *object)
{
  TstCardPage *self = TST_CARD_PAGE (object);

  g_clear_pointer (&self->groups, g_array_unref);
  g_clear_pointer (&self->suggestions, g_array_unref);
  g_clear_pointer (&self->photos, g_array_unref);
  g_clear_pointer (&self->works, tst_work_index_unref);
  g_free (self->event);
  g_free (self->title);
  g_free (self->work);
  g_free (self->folder);
  G_OBJECT_CLASS (tst_card_page_parent_class)->finalize (object);
}

static void
tst_card_page_class_init (TstCardPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->constructed = tst_card_page_constructed;
  object_class->get_property = tst_card_page_get_property;
  object_class->dispose = tst_card_page_dispose;
  object_class->finalize = tst_card_page_finalize;
  properties[PROP_N_GROUPS] = g_param_spec_uint ("n-groups", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_READY] = g_param_spec_boolean ("ready", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
tst_card_page_init (TstCardPage *self)
{
  self->cancellable = g_cancellable_new ();
}

GtkWidget *
tst_card_page_new (TstSession *session, const char *event_id, const char *event_title, const char *work, const char *folder)
{
  TstCardPage *self = g_object_new (TST_TYPE_CARD_PAGE, "session", session, "title", _("Fotos de la tarjeta"), NULL);
  TstWorksSource *works = tst_works_source_for (session);

  self->event = g_strdup (event_id);
  self->title = g_strdup (event_title);
  self->work = g_strdup (work);
  self->folder = g_strdup (folder);
  g_signal_connect_object (works, "changed", G_CALLBACK (take_works), self, G_CONNECT_SWAPPED);
  take_works (self, works);
  return GTK_WIDGET (self);
}
