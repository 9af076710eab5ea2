/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-work-visits.h"

#include "format/tst-format.h"
#include "journal/tst-field-book-async.h"
#include "kiosk/tst-event-page.h"
#include "kiosk/tst-viewpoint-page.h"
#include "kiosk/tst-visit-shared.h"
#include "model/tst-code-lists.h"
#include "record/tst-body.h"
#include "widgets/tst-build.h"
#include "widgets/tst-form.h"
#include "widgets/tst-thumbnails.h"

#include <glib/gi18n.h>
#include <string.h>

#define MAX_MOMENTS 30

struct _TstWorkVisits
{
  GtkBox parent_instance;
  GtkWidget *viewpoints, *timeline;
  TstPage *page; /* not owned */
  char *code, *open_event;
  GPtrArray *events, *commitments; /* rows; (nullable) until they were read */
  GCancellable *cancellable;
  guint n_viewpoints, n_moments;
};

typedef enum
{
  PROP_N_VIEWPOINTS = 1,
  PROP_N_MOMENTS,
} TstWorkVisitsProperty;

static GParamSpec *properties[PROP_N_MOMENTS + 1];

G_DEFINE_FINAL_TYPE (TstWorkVisits, tst_work_visits, GTK_TYPE_BOX)

static char *
short_date (const char *text)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autoptr (GDateTime) when = text != NULL ? tst_format_parse_time (text, zone) : NULL;

  return when != NULL ? tst_format_short_date (when) : NULL;
}

/* --- viewpoints --- */

static void
on_viewpoint (GtkButton *button, TstWorkVisits *self)
{
  tst_page_push (self->page, TST_PAGE (tst_viewpoint_page_new (tst_page_get_session (self->page), g_object_get_data (G_OBJECT (button), "row"),
                                                              self->open_event)));
}

static int
nearest_first (gconstpointer a, gconstpointer b, gpointer session)
{
  double x = tst_viewpoint_distance (session, *(JsonObject *const *) a), y = tst_viewpoint_distance (session, *(JsonObject *const *) b);

  return x < y ? -1 : x > y;
}

static GtkWidget *
viewpoint_row (TstWorkVisits *self, TstFieldBook *book, JsonObject *row)
{
  JsonObject *last = tst_json_object (row, "last");
  const char *taken_at = last != NULL ? tst_json_string (last, "taken_at") : NULL;
  g_autofree char *date = last != NULL ? short_date (taken_at != NULL ? taken_at : tst_json_string (last, "time")) : NULL;
  double distance = tst_viewpoint_distance (tst_page_get_session (self->page), row);
  g_autofree char *away = distance >= 0 ? tst_format_distance (distance) : NULL;
  g_autofree char *seen = date != NULL ? g_strdup_printf (_("Última foto: %s"), date) : g_strdup (_("Su foto está en otra tableta"));
  g_autofree char *more = away != NULL ? g_strdup_printf (_("%s · a %s"), seen, away) : g_strdup (seen);
  const char *name = tst_json_string (row, "name");
  GtkWidget *button = tst_visit_row_new (NULL, name != NULL ? name : _("Punto fotográfico"), more, row);
  GtkWidget *thumbnail = tst_thumbnail_new (96, 72);

  tst_thumbnail_set (TST_THUMBNAIL (thumbnail), tst_thumbnails_for_book (book), last != NULL ? tst_json_string (last, "sha256") : NULL,
                     "mark-location-symbolic", NULL);
  gtk_box_prepend (GTK_BOX (gtk_button_get_child (GTK_BUTTON (button))), thumbnail);
  g_signal_connect (button, "clicked", G_CALLBACK (on_viewpoint), self);
  return button;
}

static void
on_viewpoints (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GPtrArray) rows = tst_field_book_list_finish (TST_FIELD_BOOK (source), result, NULL);
  TstWorkVisits *self = user_data;

  if (rows == NULL)
    return;
  g_ptr_array_sort_with_data (rows, nearest_first, tst_page_get_session (self->page));
  tst_build_empty (self->viewpoints);
  if (rows->len > 0)
    tst_form_heading (self->viewpoints, _("Puntos fotográficos"));
  for (guint i = 0; i < rows->len; i++)
    gtk_box_append (GTK_BOX (self->viewpoints), viewpoint_row (self, TST_FIELD_BOOK (source), rows->pdata[i]));
  gtk_widget_set_visible (self->viewpoints, rows->len > 0);
  if (self->n_viewpoints != rows->len)
    {
      self->n_viewpoints = rows->len;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_VIEWPOINTS]);
    }
}

/* --- the timeline --- */

typedef struct
{
  const char *at; /* RFC 3339, or a date */
  JsonObject *row;
  gboolean commitment;
} Moment;

static int
newest_first (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (((const Moment *) b)->at, ((const Moment *) a)->at);
}

static void
on_event_clicked (GtkButton *button, TstWorkVisits *self)
{
  JsonObject *row = g_object_get_data (G_OBJECT (button), "row");

  tst_page_push (self->page, TST_PAGE (tst_event_page_new (tst_page_get_session (self->page), tst_json_string (row, "id"))));
}

static GtkWidget *
event_row (TstWorkVisits *self, JsonObject *row)
{
  g_autofree char *date = short_date (tst_json_string (row, "starts"));
  int photos = (int) tst_json_int (row, "photos", 0), comments = (int) tst_json_int (row, "comments", 0);
  g_autofree char *of_photos = g_strdup_printf (ngettext ("%d foto", "%d fotos", (gulong) photos), photos);
  g_autofree char *of_comments = g_strdup_printf (ngettext ("%d aporte", "%d aportes", (gulong) comments), comments);
  g_autofree char *more = g_strjoin (" · ", date != NULL ? date : "", of_photos, of_comments, NULL);
  GtkWidget *button = tst_visit_row_new ("x-office-calendar-symbolic", tst_json_string (row, "title"), more, row);

  g_signal_connect (button, "clicked", G_CALLBACK (on_event_clicked), self);
  return button;
}

static GtkWidget *
commitment_row (TstWorkVisits *self, JsonObject *row)
{
  const char *status = tst_json_string (row, "status");
  gboolean open = g_strcmp0 (status, "abierto") == 0, kept = g_strcmp0 (status, "cumplido") == 0;
  g_autofree char *lang = tst_visit_language (self->page);
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autoptr (GDateTime) now = g_date_time_new_now (zone);
  const char *due_on = tst_json_string (row, "due_on");
  g_autoptr (GDateTime) when = due_on != NULL ? tst_format_parse_time (due_on, zone) : NULL;
  gboolean overdue = open && when != NULL && tst_format_days_between (when, now) > 0;
  g_autofree char *due = short_date (due_on);
  g_autofree char *words = open && when != NULL ? tst_format_due (when, now)
                                                : g_strdup (open ? _("abierto") : tst_code_label (TST_LIST_COMMITMENT_STATUS, status, lang));
  g_autofree char *more = g_strdup_printf (_("Compromiso para el %s · %s"), due != NULL ? due : "", words);
  JsonObject *closed = tst_json_object (row, "closed");
  const char *became = closed != NULL ? tst_json_string (closed, "text") : NULL;
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *state;

  gtk_box_append (GTK_BOX (line), gtk_image_new_from_icon_name (overdue ? "dialog-warning-symbolic"
                                                                : open  ? "emblem-important-symbolic"
                                                                : kept  ? "emblem-ok-symbolic"
                                                                        : "action-unavailable-symbolic"));
  tst_form_text (texts, tst_json_string (row, "text"));
  state = tst_form_text (texts, more);
  gtk_widget_add_css_class (state, "caption");
  if (overdue || (!open && !kept))
    gtk_widget_add_css_class (state, "trouble");
  if (became != NULL)
    gtk_widget_add_css_class (tst_form_text (texts, became), "caption");
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_box_append (GTK_BOX (line), texts);
  gtk_widget_add_css_class (line, "card-box");
  return line;
}

static void
add_rows (GArray *moments, GPtrArray *rows, gboolean commitment)
{
  for (guint i = 0; rows != NULL && i < rows->len; i++)
    {
      JsonObject *row = rows->pdata[i];
      const char *at = tst_json_string (row, commitment ? "time" : "starts");
      Moment moment = { at != NULL ? at : tst_json_string (row, "due_on"), row, commitment };

      g_array_append_val (moments, moment);
    }
}

static void
show_timeline (TstWorkVisits *self)
{
  g_autoptr (GArray) moments = g_array_new (FALSE, FALSE, sizeof (Moment));

  add_rows (moments, self->events, FALSE);
  add_rows (moments, self->commitments, TRUE);
  g_array_sort (moments, newest_first);
  tst_build_empty (self->timeline);
  if (moments->len > 0)
    tst_form_heading (self->timeline, _("Visitas y compromisos"));
  for (guint i = 0; i < MIN (moments->len, MAX_MOMENTS); i++)
    {
      const Moment *moment = &g_array_index (moments, Moment, i);

      gtk_box_append (GTK_BOX (self->timeline), moment->commitment ? commitment_row (self, moment->row) : event_row (self, moment->row));
    }
  gtk_widget_set_visible (self->timeline, moments->len > 0);
  if (self->n_moments != moments->len)
    {
      self->n_moments = moments->len;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_MOMENTS]);
    }
}

static void
on_events (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GPtrArray *rows = tst_field_book_list_finish (TST_FIELD_BOOK (source), result, NULL);
  TstWorkVisits *self = user_data;

  if (rows == NULL)
    return;
  g_clear_pointer (&self->events, g_ptr_array_unref);
  self->events = rows;
  g_clear_pointer (&self->open_event, g_free);
  for (guint i = 0; i < rows->len && self->open_event == NULL; i++)
    if (g_strcmp0 (tst_json_string (rows->pdata[i], "status"), "open") == 0)
      self->open_event = g_strdup (tst_json_string (rows->pdata[i], "id"));
  show_timeline (self);
}

static void
on_commitments (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GPtrArray *rows = tst_field_book_list_finish (TST_FIELD_BOOK (source), result, NULL);
  TstWorkVisits *self = user_data;

  if (rows == NULL)
    return;
  g_clear_pointer (&self->commitments, g_ptr_array_unref);
  self->commitments = rows;
  show_timeline (self);
}

void
tst_work_visits_reload (TstWorkVisits *self)
{
  TstFieldBook *book = tst_session_get_book (tst_page_get_session (self->page));
  TstQuery valid = { .work = self->code, .status = "valid" };
  TstQuery any = { .work = self->code };

  if (book == NULL)
    return;
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  tst_field_book_list_async (book, "viewpoints", &valid, self->cancellable, on_viewpoints, self);
  tst_field_book_list_async (book, "commitments", &valid, self->cancellable, on_commitments, self);
  tst_field_book_list_async (book, "events", &any, self->cancellable, on_events, self);
}

/* --- the widget --- */

static void
tst_work_visits_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch ((TstWorkVisitsProperty) id)
    {
    case PROP_N_VIEWPOINTS:
      g_value_set_uint (value, TST_WORK_VISITS (object)->n_viewpoints);
      break;
    case PROP_N_MOMENTS:
      g_value_set_uint (value, TST_WORK_VISITS (object)->n_moments);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tst_work_visits_dispose (GObject *object)
{
  TstWorkVisits *self = TST_WORK_VISITS (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->events, g_ptr_array_unref);
  g_clear_pointer (&self->commitments, g_ptr_array_unref);
  g_clear_pointer (&self->code, g_free);
  g_clear_pointer (&self->open_event, g_free);
  G_OBJECT_CLASS (tst_work_visits_parent_class)->dispose (object);
}

static void
tst_work_visits_class_init (TstWorkVisitsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = tst_work_visits_get_property;
  object_class->dispose = tst_work_visits_dispose;
  properties[PROP_N_VIEWPOINTS] = g_param_spec_uint ("n-viewpoints", NULL, NULL, 0, G_MAXUINT, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_N_MOMENTS] = g_param_spec_uint ("n-moments", NULL, NULL, 0, G_MAXUINT, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
tst_work_visits_init (TstWorkVisits *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 14);
  self->viewpoints = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  self->timeline = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  gtk_widget_set_visible (self->viewpoints, FALSE);
  gtk_widget_set_visible (self->timeline, FALSE);
  gtk_box_append (GTK_BOX (self), self->viewpoints);
  gtk_box_append (GTK_BOX (self), self->timeline);
}

GtkWidget *
tst_work_visits_new (TstPage *page, const char *code)
{
  TstWorkVisits *self = g_object_new (TST_TYPE_WORK_VISITS, NULL);

  self->page = page;
  self->code = g_strdup (code);
  return GTK_WIDGET (self);
}
