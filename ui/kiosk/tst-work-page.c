/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-work-page.h"

#include "format/tst-format.h"
#include "journal/tst-field-book-async.h"
#include "journal/tst-works-load.h"
#include "kiosk/tst-camera-page.h"
#include "kiosk/tst-event-form.h"
#include "kiosk/tst-event-page.h"
#include "kiosk/tst-map-page.h"
#include "kiosk/tst-messages.h"
#include "kiosk/tst-work-evidence.h"
#include "kiosk/tst-work-visits.h"
#include "model/tst-code-lists.h"
#include "model/tst-work.h"
#include "record/tst-body.h"
#include "widgets/tst-progress-bars.h"
#include "widgets/tst-status-mark.h"

#include <glib/gi18n.h>
#include <math.h>

struct _TstWorkPage
{
  TstPage parent_instance;
  GtkWidget *heading, *mark, *status, *place, *bars, *map, *map_button, *facts, *description, *capture;
  GtkWidget *content, *evidence, *visits;
  char *code;
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (TstWorkPage, tst_work_page, TST_TYPE_PAGE)

typedef enum
{
  PROP_CODE = 1,
} TstWorkPageProperty;

static GParamSpec *properties[PROP_CODE + 1];

static void
add_fact (TstWorkPage *self, const char *name, const char *value)
{
  GtkWidget *row;
  GtkWidget *label;
  GtkWidget *text;

  if (value == NULL || *value == '\0')
    return;
  row = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  label = gtk_label_new (name);
  text = gtk_label_new (value);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (text), 0);
  gtk_label_set_wrap (GTK_LABEL (text), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (text), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (text), TRUE);
  gtk_widget_add_css_class (label, "caption");
  gtk_widget_add_css_class (label, "dim-label");
  gtk_box_append (GTK_BOX (row), label);
  gtk_box_append (GTK_BOX (row), text);
  gtk_box_append (GTK_BOX (self->facts), row);
}

static char *
date_text (const char *iso)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) when = iso != NULL ? tst_format_parse_time (iso, utc) : NULL;

  return when != NULL ? tst_format_date (when) : NULL;
}

static void
show_work (TstWorkPage *self, const TstWork *work)
{
  TstSession *session = tst_page_get_session (TST_PAGE (self));
  g_autofree char *lang = g_settings_get_string (tst_session_get_settings (session), "language");
  const char *label = work->status != NULL ? tst_code_label (TST_LIST_WORK_STATUS, work->status, lang) : NULL;
  g_autofree char *budget = isnan (work->budget) ? NULL : tst_format_pesos (work->budget);
  g_autofree char *start = date_text (work->start_planned);
  g_autofree char *end = date_text (work->end_planned);
  g_autofree char *paid = isnan (work->financial_pct) ? NULL : tst_format_percent (work->financial_pct);
  g_autofree char *place = NULL;
  GtkWidget *child;

  tst_page_set_title (TST_PAGE (self), work->title);
  tst_page_set_subtitle (TST_PAGE (self), work->code);
  gtk_label_set_label (GTK_LABEL (self->heading), work->title);
  tst_status_mark_set_status (TST_STATUS_MARK (self->mark), work->status);
  gtk_label_set_label (GTK_LABEL (self->status), label != NULL ? label : _("Sin estado"));
  if (work->barrio != NULL && work->comuna != NULL)
    place = g_strdup_printf (_("%s · comuna %s"), work->barrio, work->comuna);
  else if (work->comuna != NULL)
    place = g_strdup_printf (_("Comuna %s"), work->comuna);
  else
    place = g_strdup (work->barrio != NULL ? work->barrio : "");
  gtk_label_set_label (GTK_LABEL (self->place), place);
  gtk_widget_set_visible (self->place, *place != '\0');
  tst_progress_bars_set (TST_PROGRESS_BARS (self->bars), work->physical_planned_pct, work->physical_observed_pct);
  gtk_label_set_label (GTK_LABEL (self->description), work->description != NULL ? work->description : "");
  gtk_widget_set_visible (self->description, work->description != NULL);

  gtk_widget_set_visible (self->map_button, !isnan (work->lat));
  if (!isnan (work->lat))
    tst_map_show_work (TST_MAP (self->map), work);

  while ((child = gtk_widget_get_first_child (self->facts)) != NULL)
    gtk_box_remove (GTK_BOX (self->facts), child);
  add_fact (self, _("Valor"), budget);
  add_fact (self, _("Pagado"), paid);
  add_fact (self, _("Contratista"), work->contractor);
  add_fact (self, _("Contrato"), work->contract_number);
  add_fact (self, _("Dependencia"), work->dependency);
  add_fact (self, _("Empieza"), start);
  add_fact (self, _("Termina"), end);
}

/* The visit that is open here already, else a new one. */
static void
on_open_events (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = tst_field_book_list_finish (TST_FIELD_BOOK (source), result, &error);
  TstWorkPage *self = user_data;
  TstSession *session;
  GtkWidget *next;

  if (tst_message_is_cancelled (error))
    return;
  session = tst_page_get_session (TST_PAGE (self));
  if (rows == NULL)
    {
      g_autofree char *text = tst_message_for_error (error);

      tst_session_toast (session, text);
      return;
    }
  next = rows->len > 0 ? tst_event_page_new (session, tst_json_string (rows->pdata[0], "id"))
                       : tst_event_form_new (session, self->code, gtk_label_get_label (GTK_LABEL (self->heading)));
  tst_page_push (TST_PAGE (self), TST_PAGE (next));
  /* One tap to the shutter; what was taken is on the event's page below. */
  if (rows->len > 0 && tst_session_get_camera (session) != NULL)
    {
      const TstCaptureTarget target = { .event_id = tst_json_string (rows->pdata[0], "id"), .work = self->code };

      tst_page_push (TST_PAGE (next), TST_PAGE (tst_camera_page_new (session, &target)));
    }
}

static void
on_capture (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstWorkPage *self = TST_WORK_PAGE (widget);
  TstFieldBook *book = tst_session_get_book (tst_page_get_session (TST_PAGE (self)));
  TstQuery query = { .work = self->code, .status = "open", .limit = 1 };

  if (book != NULL)
    tst_field_book_list_async (book, "events", &query, self->cancellable, on_open_events, self);
}

static void
load_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  g_autoptr (JsonObject) content = tst_field_book_load_work (source, data, &error);
  TstWork *work = content != NULL ? tst_work_from_json (content, &error) : NULL;

  if (work != NULL)
    g_task_return_pointer (task, work, (GDestroyNotify) tst_work_free);
  else
    g_task_return_error (task, error);
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TstWork) work = g_task_propagate_pointer (G_TASK (result), &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (work != NULL)
    show_work (TST_WORK_PAGE (user_data), work);
  else
    tst_session_toast (tst_page_get_session (TST_PAGE (user_data)), _("No se pudo leer la obra."));
}

static void
tst_work_page_shown (TstPage *page)
{
  TstWorkPage *self = TST_WORK_PAGE (page);
  TstFieldBook *book = tst_session_get_book (tst_page_get_session (page));
  g_autoptr (GTask) task = NULL;

  if (book == NULL)
    return;
  if (self->evidence == NULL)
    {
      self->evidence = tst_work_evidence_new (page, self->code);
      gtk_box_prepend (GTK_BOX (self->content), self->evidence);
      self->visits = tst_work_visits_new (page, self->code);
      gtk_box_append (GTK_BOX (self->content), self->visits);
    }
  tst_work_evidence_reload (TST_WORK_EVIDENCE (self->evidence));
  tst_work_visits_reload (TST_WORK_VISITS (self->visits));
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  task = g_task_new (book, self->cancellable, on_loaded, self);
  g_task_set_return_on_cancel (task, FALSE);
  g_task_set_task_data (task, g_strdup (self->code), g_free);
  g_task_run_in_thread (task, load_in_thread);
}

static void
tst_work_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if ((TstWorkPageProperty) id == PROP_CODE)
    g_value_set_string (value, TST_WORK_PAGE (object)->code);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tst_work_page_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if ((TstWorkPageProperty) id == PROP_CODE)
    TST_WORK_PAGE (object)->code = g_value_dup_string (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
on_map (TstWorkPage *self)
{
  GtkWidget *page = tst_map_page_new (tst_page_get_session (TST_PAGE (self)), NULL);

  tst_map_page_show_work (TST_MAP_PAGE (page), self->code);
  tst_page_push (TST_PAGE (self), TST_PAGE (page));
}

static void
tst_work_page_constructed (GObject *object)
{
  TstWorkPage *self = TST_WORK_PAGE (object);

  G_OBJECT_CLASS (tst_work_page_parent_class)->constructed (object);
  /* A picture: one that is dragged would hold up the page that scrolls. */
  tst_map_set_interactive (TST_MAP (self->map), FALSE);
  tst_map_attach (TST_MAP (self->map), tst_page_get_session (TST_PAGE (self)));
}

static void
tst_work_page_dispose (GObject *object)
{
  TstWorkPage *self = TST_WORK_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->code, g_free);
  gtk_widget_dispose_template (GTK_WIDGET (self), TST_TYPE_WORK_PAGE);
  G_OBJECT_CLASS (tst_work_page_parent_class)->dispose (object);
}

static void
tst_work_page_class_init (TstWorkPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = tst_work_page_get_property;
  object_class->set_property = tst_work_page_set_property;
  object_class->constructed = tst_work_page_constructed;
  object_class->dispose = tst_work_page_dispose;
  TST_PAGE_CLASS (klass)->shown = tst_work_page_shown;

  properties[PROP_CODE] = g_param_spec_string ("code", NULL, NULL, NULL,
                                               G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  gtk_widget_class_install_action (widget_class, "work.capture", NULL, on_capture);

  g_type_ensure (TST_TYPE_STATUS_MARK);
  g_type_ensure (TST_TYPE_MAP);
  g_type_ensure (TST_TYPE_PROGRESS_BARS);
  gtk_widget_class_set_template_from_resource (widget_class, "/co/testigo/Testigo/ui/tst-work-page.ui");
  gtk_widget_class_bind_template_child (widget_class, TstWorkPage, heading);
  gtk_widget_class_bind_template_child (widget_class, TstWorkPage, mark);
  gtk_widget_class_bind_template_child (widget_class, TstWorkPage, status);
  gtk_widget_class_bind_template_child (widget_class, TstWorkPage, place);
  gtk_widget_class_bind_template_child (widget_class, TstWorkPage, bars);
  gtk_widget_class_bind_template_child (widget_class, TstWorkPage, map);
  gtk_widget_class_bind_template_child (widget_class, TstWorkPage, map_button);
  gtk_widget_class_bind_template_callback (widget_class, on_map);
  gtk_widget_class_bind_template_child (widget_class, TstWorkPage, facts);
  gtk_widget_class_bind_template_child (widget_class, TstWorkPage, description);
  gtk_widget_class_bind_template_child (widget_class, TstWorkPage, capture);
  gtk_widget_class_bind_template_child (widget_class, TstWorkPage, content);
}

static void
tst_work_page_init (TstWorkPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
tst_work_page_new (TstSession *session, const char *code)
{
  return g_object_new (TST_TYPE_WORK_PAGE, "session", session, "code", code, "title", code, NULL);
}
