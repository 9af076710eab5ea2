/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-card-page.h"

#include "format/tst-format.h"
#include "journal/tst-works-load.h"
#include "kiosk/tst-messages.h"
#include "kiosk/tst-photo-import.h"
#include "media/tst-photo-groups.h"
#include "widgets/tst-form.h"

#include <glib/gi18n.h>
#include <math.h>

/* A photo taken further away than this is of something else. */
#define NEAR_M 500.0
#define METRES_PER_DEGREE 111195.0
#define SHOWN 40

struct _TstCardPage
{
  TstPage parent_instance;
  GtkWidget *hint, *spinner, *list;
  char *event, *work, *folder;
  GArray *photos, *groups; /* (nullable) until the card was read */
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

/* The nearest work, NULL when none is near. */
static const TstWorkEntry *
suggest (TstCardPage *self, const TstPhotoGroup *group, double *metres)
{
  TstWorkFilter filter = { .near = TRUE, .lat = group->lat, .lon = group->lon };
  g_autoptr (GArray) found = NULL;
  const TstWorkEntry *work;

  if (self->works == NULL || !group->has_place)
    return NULL;
  found = tst_work_index_search (self->works, &filter);
  if (found->len == 0)
    return NULL;
  work = tst_work_index_get (self->works, g_array_index (found, guint32, 0));
  *metres = hypot ((work->lat - group->lat) * METRES_PER_DEGREE, (work->lon - group->lon) * METRES_PER_DEGREE * cos (group->lat * G_PI / 180));
  return *metres <= NEAR_M ? work : NULL;
}

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
  GtkWidget *page = tst_photo_import_new (tst_page_get_session (TST_PAGE (self)), self->event, code != NULL ? code : self->work,
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
  double metres = 0;
  const TstWorkEntry *work = suggest (self, group, &metres);
  GtkWidget *button;

  gtk_widget_add_css_class (card, "card-box");
  gtk_widget_add_css_class (tst_form_text (card, photos), "heading");
  tst_form_text (card, when);
  if (work != NULL)
    {
      g_autofree char *distance = tst_format_distance (metres);
      g_autofree char *text = g_strdup_printf (_("Parece de «%s», a %s."), work->title, distance);

      tst_form_text (card, text);
      label = g_strdup_printf (_("Sí, traer a esta obra: %s"), work->title);
    }
  else
    label = g_strdup_printf (_("Traer %s"), photos);
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
  if (self->groups == NULL)
    return;
  gtk_widget_set_visible (self->spinner, FALSE);
  gtk_label_set_label (GTK_LABEL (self->hint), self->groups->len > 0 ? _("Juntas por hora y lugar. Las originales se quedan en la tarjeta.")
                                                                     : _("No hay fotos en esta tarjeta."));
  for (guint i = 0; i < MIN (self->groups->len, SHOWN); i++)
    gtk_box_append (GTK_BOX (self->list), build_group (self, i));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_GROUPS]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_READY]);
}

static void
scan_in_thread (GTask *task, gpointer source, gpointer folder, GCancellable *cancellable)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  GError *error = NULL;
  GArray *photos = tst_card_scan (folder, zone, cancellable, &error);

  if (photos != NULL)
    g_task_return_pointer (task, photos, (GDestroyNotify) g_array_unref);
  else
    g_task_return_error (task, error);
}

static void
on_scanned (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) photos = g_task_propagate_pointer (G_TASK (result), &error);
  TstCardPage *self = user_data;

  if (photos == NULL)
    return; /* cancelled: @self is gone */
  self->photos = g_steal_pointer (&photos);
  self->groups = tst_photo_groups (self->photos);
  show (self);
}

static void
scan (TstCardPage *self)
{
  g_autoptr (GTask) task = g_task_new (NULL, self->cancellable, on_scanned, self);

  g_task_set_task_data (task, g_strdup (self->folder), g_free);
  g_task_run_in_thread (task, scan_in_thread);
}

static void
on_works (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  TstWorkIndex *works = tst_field_book_load_works_finish (TST_FIELD_BOOK (source), result, &error);
  TstCardPage *self = user_data;

  if (tst_message_is_cancelled (error))
    return;
  self->works = works;
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
  g_clear_pointer (&self->photos, g_array_unref);
  g_clear_pointer (&self->works, tst_work_index_unref);
  g_free (self->event);
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
tst_card_page_new (TstSession *session, const char *event_id, const char *work, const char *folder)
{
  TstCardPage *self = g_object_new (TST_TYPE_CARD_PAGE, "session", session, "title", _("Fotos de la tarjeta"), NULL);
  TstFieldBook *book = tst_session_get_book (session);

  self->event = g_strdup (event_id);
  self->work = g_strdup (work);
  self->folder = g_strdup (folder);
  /* The works first: then each group is shown once, with its suggestion. */
  if (book != NULL)
    tst_field_book_load_works_async (book, self->cancellable, on_works, self);
  else
    scan (self);
  return GTK_WIDGET (self);
}
