/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-visit-page.h"

#include "format/tst-format.h"
#include "journal/tst-field-book-async.h"
#include "journal/tst-visit.h"
#include "journal/tst-works-load.h"
#include "kiosk/tst-card-page.h"
#include "kiosk/tst-card-watch.h"
#include "kiosk/tst-messages.h"
#include "kiosk/tst-visit-check.h"
#include "kiosk/tst-visit-close.h"
#include "kiosk/tst-visit-entry.h"
#include "kiosk/tst-visit-list.h"
#include "kiosk/tst-visit-shared.h"
#include "kiosk/tst-visit-stream.h"
#include "model/tst-visit-form.h"
#include "record/tst-body.h"
#include "widgets/tst-accuracy-ring.h"
#include "widgets/tst-form.h"
#include "widgets/tst-tiles.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

static const struct
{
  TstVisitPart part;
  const char *action, *icon, *label;
} tiles[TST_PART_N_PARTS] = {
  { TST_PART_PHOTOS, "visit.photos", "camera-photo-symbolic", N_("Fotos") },
  { TST_PART_PROGRESS, "visit.progress", "view-list-symbolic", N_("Avance") },
  { TST_PART_FINDINGS, "visit.findings", "dialog-warning-symbolic", N_("Novedades") },
  { TST_PART_COMMITMENTS, "visit.commitments", "emblem-default-symbolic", N_("Compromisos") },
  { TST_PART_SIGNATURES, "visit.signatures", "document-edit-symbolic", N_("Firmas") },
  { TST_PART_CHECK, "visit.check", "object-select-symbolic", N_("Chequeo") },
};

struct _TstVisitPage
{
  TstPage parent_instance;
  GtkWidget *line_label, *stream_button, *notice, *foot;
  GtkWidget *buttons[TST_PART_N_PARTS], *counts[TST_PART_N_PARTS], *ticks[TST_PART_N_PARTS];
  char *event, *work_code, *line;
  JsonObject *summary, *work;
  GCancellable *cancellable;
  guint timer, complete;
  gboolean live, locating;
};

typedef enum
{
  PROP_EVENT = 1,
  PROP_COMPLETE,
  PROP_LIVE,
  PROP_LINE,
  PROP_WORK,
} TstVisitPageProperty;

static GParamSpec *properties[PROP_WORK + 1];

G_DEFINE_FINAL_TYPE (TstVisitPage, tst_visit_page, TST_TYPE_PAGE)

static gboolean
is_open (TstVisitPage *self)
{
  return self->summary != NULL && g_strcmp0 (tst_json_string (tst_json_object (self->summary, "event"), "status"), "closed") != 0;
}

/* --- the line at the top --- */

static char *
air_text (TstVisitPage *self)
{
  JsonObject *stream = self->summary != NULL ? tst_json_object (self->summary, "stream") : NULL;
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autoptr (GDateTime) start = stream != NULL ? tst_format_parse_time (tst_json_string (stream, "time"), zone) : NULL;
  TstFieldBook *book = tst_session_get_book (tst_page_get_session (TST_PAGE (self)));
  TstTimestamp now;
  gint64 seconds;

  if (start == NULL || book == NULL || !tst_json_bool (stream, "live", FALSE))
    return NULL;
  tst_clock_now (tst_field_book_get_clock (book), &now);
  seconds = MAX (now.utc_us / G_USEC_PER_SEC - g_date_time_to_unix (start), 0);
  return g_strdup_printf (_("al aire %02d:%02d:%02d"), (int) (seconds / 3600), (int) (seconds / 60 % 60), (int) (seconds % 60));
}

static gboolean
show_line (gpointer user_data)
{
  TstVisitPage *self = user_data;
  TstSession *session = tst_page_get_session (TST_PAGE (self));
  GSettings *settings = tst_session_get_settings (session);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *clock = tst_format_clock (now);
  g_autofree char *air = air_text (self);
  g_autofree char *accuracy = NULL;
  g_autofree char *line = NULL;
  TstPlace here;

  if (!tst_session_get_position (session, &here))
    accuracy = g_strdup (_("sin posición"));
  else
    {
      g_autofree char *words = tst_accuracy_words (here.accuracy_m, here.source, g_settings_get_double (settings, "position-accept"),
                                                   g_settings_get_double (settings, "position-warn"));

      accuracy = g_strdup_printf (_("Posición: %s"), words);
    }
  line = g_strjoin (" · ", clock, accuracy, air, NULL);
  if (g_strcmp0 (line, self->line) == 0)
    return G_SOURCE_CONTINUE;
  g_free (self->line);
  self->line = g_steal_pointer (&line);
  gtk_label_set_label (GTK_LABEL (self->line_label), self->line);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LINE]);
  return G_SOURCE_CONTINUE;
}

/* --- what there is --- */

static void
show_tile (TstVisitPage *self, guint i)
{
  TstVisitPart part = tiles[i].part;
  guint n = tst_visit_count (self->summary, part);
  gboolean complete = tst_visit_is_complete (self->summary, part);
  JsonObject *progress = tst_json_object (self->summary, "progress");
  g_autofree char *number = NULL;
  g_autofree char *name = NULL;

  if (part == TST_PART_PROGRESS)
    number = progress != NULL ? tst_format_percent (tst_json_double (progress, "observed_pct", 0)) : g_strdup ("—");
  else if (part == TST_PART_CHECK)
    {
      guint n_questions;

      tst_visit_form (&n_questions);
      number = g_strdup_printf (_("%u de %u"), n, n_questions);
    }
  else
    number = tst_format_number (n, 0);
  name = g_strdup_printf (complete ? _("%s, %s, completo") : "%s, %s", _(tiles[i].label), number);
  gtk_label_set_label (GTK_LABEL (self->counts[i]), number);
  gtk_widget_set_visible (self->ticks[i], complete);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->buttons[i]), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
on_summary (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) summary = tst_field_book_object_finish (TST_FIELD_BOOK (source), result, &error);
  TstVisitPage *self = user_data;
  JsonObject *stream;
  guint complete = 0;
  gboolean live;

  if (tst_message_is_cancelled (error))
    return;
  if (summary == NULL)
    {
      g_autofree char *text = tst_message_for_error (error);

      tst_form_notice_set (self->notice, text, TRUE);
      return;
    }
  g_clear_pointer (&self->summary, json_object_unref);
  self->summary = g_steal_pointer (&summary);
  tst_page_set_title (TST_PAGE (self), tst_json_string (tst_json_object (self->summary, "event"), "title"));
  for (guint i = 0; i < TST_PART_N_PARTS; i++)
    {
      show_tile (self, i);
      gtk_widget_action_set_enabled (GTK_WIDGET (self), tiles[i].action, is_open (self));
      complete += tst_visit_is_complete (self->summary, tiles[i].part);
    }
  gtk_widget_set_visible (gtk_widget_get_next_sibling (self->stream_button), is_open (self));
  tst_form_notice_set (self->notice, is_open (self) ? NULL : _("La visita está cerrada."), FALSE);
  stream = tst_json_object (self->summary, "stream");
  live = stream != NULL && tst_json_bool (stream, "live", FALSE);
  if (live != self->live)
    {
      self->live = live;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LIVE]);
    }
  if (complete != self->complete)
    {
      self->complete = complete;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_COMPLETE]);
    }
  show_line (self);
}

static void
load_work_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  JsonObject *work = tst_field_book_load_work (source, data, &error);

  if (work != NULL)
    g_task_return_pointer (task, work, (GDestroyNotify) json_object_unref);
  else
    g_task_return_error (task, error);
}

static void
on_work (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JsonObject) work = g_task_propagate_pointer (G_TASK (result), NULL);

  /* A visit to a work that this tablet does not know has no suggestions. */
  if (work != NULL)
    {
      g_clear_pointer (&TST_VISIT_PAGE (user_data)->work, json_object_unref);
      TST_VISIT_PAGE (user_data)->work = g_steal_pointer (&work);
    }
}

static void
load (TstVisitPage *self)
{
  TstFieldBook *book = tst_session_get_book (tst_page_get_session (TST_PAGE (self)));

  if (book == NULL)
    return;
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  tst_field_book_visit_summary_async (book, self->event, self->cancellable, on_summary, self);
  if (self->work == NULL && self->work_code != NULL)
    {
      g_autoptr (GTask) task = g_task_new (book, self->cancellable, on_work, self);

      /* Nobody waits for it once the page is gone: the answer must not reach it. */
      g_task_set_check_cancellable (task, TRUE);
      g_task_set_task_data (task, g_strdup (self->work_code), g_free);
      g_task_run_in_thread (task, load_work_in_thread);
    }
}

/* --- the parts --- */

static void
push (TstVisitPage *self, GtkWidget *page)
{
  tst_page_push (TST_PAGE (self), TST_PAGE (page));
}

static void
on_list (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstVisitPage *self = TST_VISIT_PAGE (widget);

  for (guint i = 0; i < TST_PART_N_PARTS; i++)
    if (strcmp (tiles[i].action, action) == 0 && self->summary != NULL)
      push (self, tst_visit_list_new (tst_page_get_session (TST_PAGE (self)), tiles[i].part, self->event, self->work_code));
}

/* What the programme would be by now: what the work's own figures say if they are of this month, else a straight line between its dates. */
static JsonObject *
suggestion (TstVisitPage *self)
{
  JsonObject *given = json_object_new ();
  GDate today;
  double programmed;

  if (self->work == NULL)
    return given;
  g_date_clear (&today, 1);
  g_date_set_time_t (&today, time (NULL));
  programmed = tst_visit_suggest_programmed (tst_json_string (self->work, "start_planned"), tst_json_string (self->work, "end_planned"), &today);
  if (!isfinite (programmed))
    programmed = tst_json_double (self->work, "physical_planned_pct", NAN);
  if (isfinite (programmed))
    json_object_set_double_member (given, "programmed_pct", programmed);
  if (json_object_has_member (self->work, "financial_pct"))
    json_object_set_double_member (given, "financial_pct", tst_json_double (self->work, "financial_pct", 0));
  return given;
}

static void
on_progress (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstVisitPage *self = TST_VISIT_PAGE (widget);
  JsonObject *progress = self->summary != NULL ? tst_json_object (self->summary, "progress") : NULL;
  g_autoptr (JsonObject) given = progress != NULL ? json_object_ref (progress) : suggestion (self);

  push (self, tst_visit_entry_new (tst_page_get_session (TST_PAGE (self)), "progress", self->event, self->work_code, given, NULL));
}

static void
on_check (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstVisitPage *self = TST_VISIT_PAGE (widget);

  if (self->summary != NULL)
    push (self, tst_visit_check_new (tst_page_get_session (TST_PAGE (self)), self->event, tst_json_object (self->summary, "check"), self->work));
}

static void
on_stream (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstVisitPage *self = TST_VISIT_PAGE (widget);

  push (self, tst_visit_stream_new (tst_page_get_session (TST_PAGE (self)), self->event, self->work_code));
}

static void
on_close (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstVisitPage *self = TST_VISIT_PAGE (widget);

  push (self, tst_visit_close_new (tst_page_get_session (TST_PAGE (self)), self->event, self->work));
}

static void
on_card (TstVisitPage *self, const char *folder)
{
  if (is_open (self))
    push (self, tst_card_page_new (tst_page_get_session (TST_PAGE (self)), self->event,
                                   tst_json_string (tst_json_object (self->summary, "event"), "title"), self->work_code, folder));
}

guint
tst_visit_page_get_count (TstVisitPage *self, TstVisitPart part)
{
  g_return_val_if_fail (TST_IS_VISIT_PAGE (self), 0);
  return self->summary != NULL ? tst_visit_count (self->summary, part) : 0;
}

gboolean
tst_visit_page_is_complete (TstVisitPage *self, TstVisitPart part)
{
  g_return_val_if_fail (TST_IS_VISIT_PAGE (self), FALSE);
  return self->summary != NULL && tst_visit_is_complete (self->summary, part);
}

/* --- the widget --- */

/* The receiver runs while somebody looks. */
static void
set_looked_at (TstVisitPage *self, gboolean looked_at)
{
  TstSession *session = tst_page_get_session (TST_PAGE (self));
  TstLocation *location = session != NULL ? tst_session_get_location (session) : NULL;

  if (location != NULL && self->locating != looked_at)
    {
      self->locating = looked_at;
      (looked_at ? tst_location_start : tst_location_stop) (location);
    }
  if (looked_at && self->timer == 0)
    self->timer = g_timeout_add_seconds (1, show_line, self);
  else if (!looked_at)
    g_clear_handle_id (&self->timer, g_source_remove);
}

static void
on_map (TstVisitPage *self)
{
  set_looked_at (self, TRUE);
  show_line (self);
}

static void
on_unmap (TstVisitPage *self)
{
  set_looked_at (self, FALSE);
}

static void
on_position (TstVisitPage *self)
{
  show_line (self);
}

static void
tst_visit_page_shown (TstPage *page)
{
  load (TST_VISIT_PAGE (page));
}

static GtkWidget *
build_tile (TstVisitPage *self, guint i)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  GtkWidget *top = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *icon = gtk_image_new_from_icon_name (tiles[i].icon);
  GtkWidget *words = gtk_label_new (_(tiles[i].label));

  gtk_image_set_pixel_size (GTK_IMAGE (icon), 28);
  self->counts[i] = gtk_label_new ("");
  gtk_widget_add_css_class (self->counts[i], tiles[i].part == TST_PART_CHECK ? "figure-words" : "figure");
  gtk_widget_set_hexpand (self->counts[i], TRUE);
  gtk_widget_set_halign (self->counts[i], GTK_ALIGN_END);
  gtk_label_set_wrap (GTK_LABEL (self->counts[i]), TRUE);
  gtk_label_set_xalign (GTK_LABEL (self->counts[i]), 1);
  gtk_widget_add_css_class (words, "words");
  gtk_label_set_xalign (GTK_LABEL (words), 0);
  gtk_label_set_wrap (GTK_LABEL (words), TRUE);
  self->ticks[i] = gtk_image_new_from_icon_name ("emblem-ok-symbolic");
  gtk_widget_add_css_class (self->ticks[i], "calm");
  gtk_widget_set_visible (self->ticks[i], FALSE);
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (top), icon);
  gtk_box_append (GTK_BOX (top), self->ticks[i]);
  gtk_box_append (GTK_BOX (top), self->counts[i]);
  gtk_box_append (GTK_BOX (box), top);
  gtk_box_append (GTK_BOX (box), words);
  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_widget_add_css_class (button, "tile");
  gtk_widget_set_hexpand (button, TRUE);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), tiles[i].action);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, _(tiles[i].label), -1);
  self->buttons[i] = button;
  return button;
}

static GtkWidget *
foot_button (const char *label, const char *icon_name, const char *action)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *words = gtk_label_new (label);

  gtk_label_set_ellipsize (GTK_LABEL (words), PANGO_ELLIPSIZE_END);
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name (icon_name));
  gtk_box_append (GTK_BOX (box), words);
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "large");
  gtk_widget_set_hexpand (button, TRUE);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  return button;
}

static void
tst_visit_page_constructed (GObject *object)
{
  TstVisitPage *self = TST_VISIT_PAGE (object);
  GtkWidget *outer = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *column, *foot, *grid, *row, *page, *card;

  G_OBJECT_CLASS (tst_visit_page_parent_class)->constructed (object);
  self->line_label = gtk_label_new ("");
  gtk_label_set_wrap (GTK_LABEL (self->line_label), TRUE);
  gtk_label_set_justify (GTK_LABEL (self->line_label), GTK_JUSTIFY_CENTER);
  gtk_widget_add_css_class (self->line_label, "visit-line");
  gtk_widget_add_css_class (self->line_label, "numeric");
  gtk_box_append (GTK_BOX (outer), self->line_label);
  page = tst_form_page (860, &column, &foot);
  gtk_widget_set_vexpand (page, TRUE);
  gtk_box_append (GTK_BOX (outer), page);
  adw_bin_set_child (ADW_BIN (self), outer);
  self->notice = tst_form_notice_new ();
  gtk_box_append (GTK_BOX (column), self->notice);
  card = tst_card_watch_new (NULL);
  g_signal_connect_object (card, "chosen", G_CALLBACK (on_card), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (column), card);
  grid = tst_tiles_new (2, 12);
  for (guint i = 0; i < TST_PART_N_PARTS; i++)
    tst_tiles_append (TST_TILES (grid), build_tile (self, i));
  /* Large targets, but no empty fields on a tall tablet. */
  tst_tiles_set_most (TST_TILES (grid), 165);
  gtk_widget_set_vexpand (grid, TRUE);
  gtk_box_append (GTK_BOX (column), grid);

  row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  gtk_box_set_homogeneous (GTK_BOX (row), TRUE);
  gtk_widget_add_css_class (row, "visit-foot");
  self->stream_button = foot_button (_("Transmisión"), "media-record-symbolic", "visit.stream");
  gtk_box_append (GTK_BOX (row), self->stream_button);
  gtk_box_append (GTK_BOX (row), tst_visit_shutter_new (TST_PAGE (self), self->event, self->work_code));
  gtk_box_append (GTK_BOX (row), foot_button (_("Terminar"), "emblem-ok-symbolic", "visit.close"));
  gtk_box_append (GTK_BOX (foot), row);

  g_signal_connect (self, "map", G_CALLBACK (on_map), NULL);
  g_signal_connect (self, "unmap", G_CALLBACK (on_unmap), NULL);
  g_signal_connect_object (tst_page_get_session (TST_PAGE (self)), "records-changed", G_CALLBACK (load), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (tst_page_get_session (TST_PAGE (self)), "position-changed", G_CALLBACK (on_position), self, G_CONNECT_SWAPPED);
}

static void
tst_visit_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TstVisitPage *self = TST_VISIT_PAGE (object);

  switch ((TstVisitPageProperty) id)
    {
    case PROP_EVENT:
      g_value_set_string (value, self->event);
      break;
    case PROP_COMPLETE:
      g_value_set_uint (value, self->complete);
      break;
    case PROP_LIVE:
      g_value_set_boolean (value, self->live);
      break;
    case PROP_LINE:
      g_value_set_string (value, self->line != NULL ? self->line : "");
      break;
    case PROP_WORK:
      g_value_set_string (value, self->work_code);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tst_visit_page_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if ((TstVisitPageProperty) id == PROP_EVENT)
    TST_VISIT_PAGE (object)->event = g_value_dup_string (value);
  else if ((TstVisitPageProperty) id == PROP_WORK)
    TST_VISIT_PAGE (object)->work_code = g_value_dup_string (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tst_visit_page_dispose (GObject *object)
{
  TstVisitPage *self = TST_VISIT_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  set_looked_at (self, FALSE);
  G_OBJECT_CLASS (tst_visit_page_parent_class)->dispose (object);
}

static void
tst_visit_page_finalize (GObject *object)
{
  TstVisitPage *self = TST_VISIT_PAGE (object);

  g_clear_pointer (&self->summary, json_object_unref);
  g_clear_pointer (&self->work, json_object_unref);
  g_free (self->event);
  g_free (self->work_code);
  g_free (self->line);
  G_OBJECT_CLASS (tst_visit_page_parent_class)->finalize (object);
}

static void
tst_visit_page_class_init (TstVisitPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->constructed = tst_visit_page_constructed;
  object_class->get_property = tst_visit_page_get_property;
  object_class->set_property = tst_visit_page_set_property;
  object_class->dispose = tst_visit_page_dispose;
  object_class->finalize = tst_visit_page_finalize;
  TST_PAGE_CLASS (klass)->shown = tst_visit_page_shown;
  properties[PROP_EVENT] = g_param_spec_string ("event", NULL, NULL, NULL, G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_WORK] = g_param_spec_string ("work", NULL, NULL, NULL, G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_COMPLETE] = g_param_spec_uint ("complete", NULL, NULL, 0, TST_PART_N_PARTS, 0, flags);
  properties[PROP_LIVE] = g_param_spec_boolean ("live", NULL, NULL, FALSE, flags);
  properties[PROP_LINE] = g_param_spec_string ("line", NULL, NULL, "", flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  gtk_widget_class_install_action (widget_class, "visit.photos", NULL, on_list);
  gtk_widget_class_install_action (widget_class, "visit.progress", NULL, on_progress);
  gtk_widget_class_install_action (widget_class, "visit.findings", NULL, on_list);
  gtk_widget_class_install_action (widget_class, "visit.commitments", NULL, on_list);
  gtk_widget_class_install_action (widget_class, "visit.signatures", NULL, on_list);
  gtk_widget_class_install_action (widget_class, "visit.check", NULL, on_check);
  gtk_widget_class_install_action (widget_class, "visit.stream", NULL, on_stream);
  gtk_widget_class_install_action (widget_class, "visit.close", NULL, on_close);
}

static void
tst_visit_page_init (TstVisitPage *self)
{
}

GtkWidget *
tst_visit_page_new (TstSession *session, const char *event_id, const char *work)
{
  return g_object_new (TST_TYPE_VISIT_PAGE, "session", session, "title", _("Visita"), "event", event_id, "work", work, NULL);
}
