/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-event-page.h"

#include "format/tst-format.h"
#include "journal/tst-field-book-async.h"
#include "kiosk/tst-attendance-form.h"
#include "kiosk/tst-camera-page.h"
#include "kiosk/tst-card-page.h"
#include "kiosk/tst-carry-page.h"
#include "kiosk/tst-card-watch.h"
#include "kiosk/tst-contribution-form.h"
#include "kiosk/tst-event-captured.h"
#include "kiosk/tst-event-close.h"
#include "kiosk/tst-event-join.h"
#include "kiosk/tst-event-kiosk.h"
#include "kiosk/tst-messages.h"
#include "kiosk/tst-note-form.h"
#include "kiosk/tst-photo-import.h"
#include "kiosk/tst-photo-paste.h"
#include "kiosk/tst-speakers-page.h"
#include "kiosk/tst-visit-page.h"
#include "model/tst-code-lists.h"
#include "record/tst-body.h"
#include "widgets/tst-form.h"
#include "widgets/tst-tiles.h"

#include <glib/gi18n.h>
#include <string.h>

typedef enum
{
  PHOTOS,
  ATTENDANCE,
  COMMENTS,
  NOTES_TILE,
  N_TILES
} Tile;

static const struct
{
  const char *member, *action, *icon, *label;
} tiles[N_TILES] = {
  { "photos", "event.photo", "camera-photo-symbolic", N_("Foto") },
  { "attendance", "event.attendance", "system-users-symbolic", N_("Asistencia") },
  { "comments", "event.comment", "user-available-symbolic", N_("Aporte") },
  { "notes", "event.note", "document-edit-symbolic", N_("Nota") },
};

struct _TstEventPage
{
  TstPage parent_instance;
  GtkWidget *heading, *facts, *status_icon, *status_label, *notice, *who, *card, *join, *kiosk, *close, *visit, *speakers;
  GtkWidget *counts[N_TILES];
  GtkWidget *tile_buttons[N_TILES];
  char *event, *status;
  guint n[N_TILES];
  JsonObject *row;
  GCancellable *cancellable;
};

typedef enum
{
  PROP_EVENT = 1,
  PROP_STATUS,
  PROP_PHOTOS,
  PROP_ATTENDANCE,
  PROP_COMMENTS,
  PROP_NOTES,
} TstEventPageProperty;

static GParamSpec *properties[PROP_NOTES + 1];

G_DEFINE_FINAL_TYPE (TstEventPage, tst_event_page, TST_TYPE_PAGE)

static gboolean
is_open (TstEventPage *self)
{
  return self->row != NULL && g_strcmp0 (self->status, "closed") != 0;
}

/* --- what it is --- */

static char *
facts_of (TstEventPage *self)
{
  g_autofree char *lang = g_settings_get_string (tst_session_get_settings (tst_page_get_session (TST_PAGE (self))), "language");
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  const char *starts = tst_json_string (self->row, "starts");
  const char *work = tst_json_string (self->row, "work");
  g_autoptr (GDateTime) when = starts != NULL ? tst_format_parse_time (starts, zone) : NULL;
  g_autoptr (GString) text = g_string_new (tst_code_label (TST_LIST_EVENT_TYPE, tst_json_string (self->row, "type"), lang));

  if (work != NULL)
    g_string_append_printf (text, _(" · obra %s"), work);
  if (when != NULL)
    {
      g_autofree char *date = tst_format_short_date (when);
      g_autofree char *clock = tst_format_clock (when);

      g_string_append_printf (text, " · %s, %s", date, clock);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
show_status (TstEventPage *self)
{
  const char *status = tst_json_string (self->row, "status");
  gboolean closed = g_strcmp0 (status, "closed") == 0;
  gboolean assigned = g_strcmp0 (status, "assigned") == 0;
  const char *visit = closed ? _("Ver la visita") : _("Recorrer la obra");

  if (g_strcmp0 (self->status, status) != 0)
    {
      g_free (self->status);
      self->status = g_strdup (status);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATUS]);
    }
  gtk_image_set_from_icon_name (GTK_IMAGE (self->status_icon),
                                closed ? "changes-prevent-symbolic" : assigned ? "mail-unread-symbolic" : "media-record-symbolic");
  gtk_label_set_label (GTK_LABEL (self->status_label), closed     ? _("Cerrado")
                                                       : assigned ? _("Asignado por la central: empieza con lo primero que registre")
                                                                  : _("Abierto"));
  gtk_label_set_label (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (self->close))), closed ? _("Ver resumen") : _("Cerrar el espacio"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->close), GTK_ACCESSIBLE_PROPERTY_LABEL, closed ? _("Ver resumen") : _("Cerrar el espacio"), -1);
  gtk_widget_set_visible (self->join, !closed);
  gtk_widget_set_visible (self->kiosk, !closed && !assigned);
  gtk_widget_set_visible (self->visit, g_strcmp0 (tst_json_string (self->row, "type"), "visita_obra") == 0);
  gtk_label_set_label (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (self->visit))), visit);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->visit), GTK_ACCESSIBLE_PROPERTY_LABEL, visit, -1);
  gtk_widget_set_visible (self->speakers, !assigned && tst_speakers_page_fits (tst_json_string (self->row, "type")));
  for (guint i = 0; i < N_TILES; i++)
    gtk_widget_action_set_enabled (GTK_WIDGET (self), tiles[i].action, !closed);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "event.close", !assigned);
}

static void
show_counts (TstEventPage *self)
{
  static const TstEventPageProperty ids[N_TILES] = { PROP_PHOTOS, PROP_ATTENDANCE, PROP_COMMENTS, PROP_NOTES };
  g_autofree char *people = NULL;
  g_autofree char *who = NULL;

  for (guint i = 0; i < N_TILES; i++)
    {
      guint n = tst_json_int (self->row, tiles[i].member, 0);
      g_autofree char *number = tst_format_number (n, 0);
      g_autofree char *name = g_strdup_printf ("%s, %s", _(tiles[i].label), number);

      gtk_label_set_label (GTK_LABEL (self->counts[i]), number);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->tile_buttons[i]), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
      if (self->n[i] != n)
        {
          self->n[i] = n;
          g_object_notify_by_pspec (G_OBJECT (self), properties[ids[i]]);
        }
    }
  people = tst_format_number (self->n[ATTENDANCE], 0);
  who = self->n[ATTENDANCE] == 0 ? g_strdup (_("Nadie ha firmado la asistencia todavía"))
                                 : g_strdup_printf (ngettext ("Está %s persona", "Están %s personas", self->n[ATTENDANCE]), people);
  gtk_label_set_label (GTK_LABEL (self->who), who);
}

static void
on_event (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = tst_field_book_list_finish (TST_FIELD_BOOK (source), result, &error);
  TstEventPage *self = user_data;
  const char *title;

  if (tst_message_is_cancelled (error))
    return;
  if (rows == NULL || rows->len == 0)
    {
      g_autofree char *text = error != NULL ? tst_message_for_error (error) : g_strdup (tst_message_for_code ("not-found"));

      tst_form_notice_set (self->notice, text, TRUE);
      return;
    }
  tst_form_notice_set (self->notice, NULL, FALSE);
  g_clear_pointer (&self->row, json_object_unref);
  self->row = json_object_ref (rows->pdata[0]);
  title = tst_json_string (self->row, "title");
  tst_page_set_title (TST_PAGE (self), title);
  gtk_label_set_label (GTK_LABEL (self->heading), title);
  {
    g_autofree char *facts = facts_of (self);

    gtk_label_set_label (GTK_LABEL (self->facts), facts);
  }
  show_status (self);
  show_counts (self);
}

static void
load (TstEventPage *self)
{
  TstFieldBook *book = tst_session_get_book (tst_page_get_session (TST_PAGE (self)));
  TstQuery query = { .event_id = self->event };

  if (book == NULL || self->event == NULL)
    return;
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  tst_field_book_list_async (book, "events", &query, self->cancellable, on_event, self);
}

/* --- acts --- */

static void
push (TstEventPage *self, GtkWidget *page)
{
  tst_page_push (TST_PAGE (self), TST_PAGE (page));
}

static TstPhotoImport *
open_import (TstEventPage *self)
{
  GtkWidget *page = tst_photo_import_new (tst_page_get_session (TST_PAGE (self)), self->event, tst_json_string (self->row, "work"), NULL);

  push (self, page);
  return TST_PHOTO_IMPORT (page);
}

static void
on_photo (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstEventPage *self = TST_EVENT_PAGE (widget);
  TstSession *session = tst_page_get_session (TST_PAGE (self));
  const TstCaptureTarget target = { .event_id = self->event, .work = self->row != NULL ? tst_json_string (self->row, "work") : NULL };

  if (!is_open (self))
    return;
  /* The camera's page offers the files too. */
  if (tst_session_get_camera (session) != NULL)
    push (self, tst_camera_page_new (session, &target));
  else
    open_import (self);
}

static void
on_card (TstEventPage *self, const char *folder)
{
  if (is_open (self))
    push (self, tst_card_page_new (tst_page_get_session (TST_PAGE (self)), self->event, tst_json_string (self->row, "title"),
                                   tst_json_string (self->row, "work"), folder));
}

static void
on_attendance (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstEventPage *self = TST_EVENT_PAGE (widget);

  if (is_open (self))
    push (self, tst_attendance_form_new (tst_page_get_session (TST_PAGE (self)), self->event));
}

static void
on_comment (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstEventPage *self = TST_EVENT_PAGE (widget);

  if (is_open (self))
    push (self, tst_contribution_form_new (tst_page_get_session (TST_PAGE (self)), self->event, tst_json_string (self->row, "work")));
}

static void
on_note (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstEventPage *self = TST_EVENT_PAGE (widget);

  if (is_open (self))
    push (self, tst_note_form_new (tst_page_get_session (TST_PAGE (self)), self->event, tst_json_string (self->row, "work"), NULL, NULL));
}

static void
on_visit (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstEventPage *self = TST_EVENT_PAGE (widget);

  if (self->row != NULL)
    push (self, tst_visit_page_new (tst_page_get_session (TST_PAGE (self)), self->event, tst_json_string (self->row, "work")));
}

static void
on_speakers (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstEventPage *self = TST_EVENT_PAGE (widget);

  if (self->row != NULL)
    push (self, tst_speakers_page_new (tst_page_get_session (TST_PAGE (self)), self->event));
}

static void
on_join (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstEventPage *self = TST_EVENT_PAGE (widget);
  const char *text = self->row != NULL ? tst_json_string (self->row, "join") : NULL;

  if (text != NULL)
    push (self, tst_event_join_new (tst_page_get_session (TST_PAGE (self)), text));
}

static void
on_carry (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstEventPage *self = TST_EVENT_PAGE (widget);

  push (self, tst_carry_page_new (tst_page_get_session (TST_PAGE (self)), self->event, NULL));
}

static void
on_kiosk (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstEventPage *self = TST_EVENT_PAGE (widget);

  if (self->row != NULL)
    push (self, tst_event_kiosk_new (tst_page_get_session (TST_PAGE (self)), self->event, tst_json_string (self->row, "title")));
}

static void
on_close (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstEventPage *self = TST_EVENT_PAGE (widget);

  if (self->row != NULL)
    push (self, tst_event_close_new (tst_page_get_session (TST_PAGE (self)), self->row));
}

static void
on_paste (GtkWidget *widget, const char *action, GVariant *parameter)
{
  if (is_open (TST_EVENT_PAGE (widget)))
    gtk_widget_activate_action (GTK_WIDGET (open_import (TST_EVENT_PAGE (widget))), "import.paste", NULL);
}

static gboolean
on_drop (GtkDropTarget *target, const GValue *value, double x, double y, TstEventPage *self)
{
  return is_open (self) && tst_photo_import_take (open_import (self), value);
}

/* Paths: what the program was given on its command line. */
static void
on_files (GtkWidget *widget, const char *action, GVariant *parameter)
{
  g_autoptr (GListModel) files = tst_photo_paste_paths (parameter);

  if (is_open (TST_EVENT_PAGE (widget)))
    tst_photo_import_add_files (open_import (TST_EVENT_PAGE (widget)), files);
}

/* --- the widget --- */

static void
tst_event_page_shown (TstPage *page)
{
  load (TST_EVENT_PAGE (page));
}

static GtkWidget *
build_tile (TstEventPage *self, Tile tile)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  GtkWidget *top = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *icon = gtk_image_new_from_icon_name (tiles[tile].icon);
  GtkWidget *words = gtk_label_new (_(tiles[tile].label));

  gtk_image_set_pixel_size (GTK_IMAGE (icon), 28);
  self->counts[tile] = gtk_label_new ("0");
  gtk_widget_add_css_class (self->counts[tile], "figure");
  gtk_widget_set_hexpand (self->counts[tile], TRUE);
  gtk_widget_set_halign (self->counts[tile], GTK_ALIGN_END);
  gtk_widget_add_css_class (words, "words");
  gtk_label_set_xalign (GTK_LABEL (words), 0);
  gtk_label_set_wrap (GTK_LABEL (words), TRUE);
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (top), icon);
  gtk_box_append (GTK_BOX (top), self->counts[tile]);
  gtk_box_append (GTK_BOX (box), top);
  gtk_box_append (GTK_BOX (box), words);
  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_widget_add_css_class (button, "tile");
  gtk_widget_set_hexpand (button, TRUE);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), tiles[tile].action);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, _(tiles[tile].label), -1);
  self->tile_buttons[tile] = button;
  return button;
}

static void
tst_event_page_constructed (GObject *object)
{
  TstEventPage *self = TST_EVENT_PAGE (object);
  GtkWidget *column, *grid, *row, *carry;
  GtkDropTarget *target;

  G_OBJECT_CLASS (tst_event_page_parent_class)->constructed (object);
  adw_bin_set_child (ADW_BIN (self), tst_form_page (860, &column, NULL));
  self->heading = tst_form_text (column, "");
  gtk_widget_add_css_class (self->heading, "title-1");
  self->facts = tst_form_text (column, "");
  gtk_widget_add_css_class (self->facts, "dim-label");
  row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  self->status_icon = gtk_image_new ();
  gtk_box_append (GTK_BOX (row), self->status_icon);
  self->status_label = tst_form_text (row, "");
  gtk_box_append (GTK_BOX (column), row);
  self->notice = tst_form_notice_new ();
  gtk_box_append (GTK_BOX (column), self->notice);

  self->visit = tst_form_button (_("Recorrer la obra"), "main suggested-action");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->visit), "event.visit");
  gtk_widget_set_visible (self->visit, FALSE);
  gtk_box_append (GTK_BOX (column), self->visit);
  self->speakers = tst_form_button (_("Uso de la palabra"), "main suggested-action");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->speakers), "event.speakers");
  gtk_widget_set_visible (self->speakers, FALSE);
  gtk_box_append (GTK_BOX (column), self->speakers);
  grid = tst_tiles_new (2, 12);
  for (guint i = 0; i < N_TILES; i++)
    tst_tiles_append (TST_TILES (grid), build_tile (self, i));
  gtk_box_append (GTK_BOX (column), grid);

  row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  gtk_box_append (GTK_BOX (row), gtk_image_new_from_icon_name ("avatar-default-symbolic"));
  self->who = tst_form_text (row, "");
  gtk_box_append (GTK_BOX (column), row);
  gtk_box_append (GTK_BOX (column), tst_event_captured_new (tst_page_get_session (TST_PAGE (self)), self->event));

  self->card = tst_card_watch_new (NULL);
  g_signal_connect_object (self->card, "chosen", G_CALLBACK (on_card), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (column), self->card);
  self->kiosk = tst_form_button (_("Kiosco y lista"), NULL);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->kiosk), "event.kiosk");
  gtk_box_append (GTK_BOX (column), self->kiosk);
  self->join = tst_form_button (_("Unir otra tableta"), NULL);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->join), "event.join");
  gtk_box_append (GTK_BOX (column), self->join);
  carry = tst_form_button (_("Exportar a memoria USB"), NULL);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (carry), "event.carry");
  gtk_box_append (GTK_BOX (column), carry);
  self->close = tst_form_button (_("Cerrar el espacio"), NULL);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->close), "event.close");
  gtk_box_append (GTK_BOX (column), self->close);

  target = tst_photo_paste_drop_target ();
  g_signal_connect (target, "drop", G_CALLBACK (on_drop), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
  g_signal_connect_object (tst_page_get_session (TST_PAGE (self)), "records-changed", G_CALLBACK (load), self, G_CONNECT_SWAPPED);
}

static void
tst_event_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TstEventPage *self = TST_EVENT_PAGE (object);

  switch ((TstEventPageProperty) id)
    {
    case PROP_EVENT:
      g_value_set_string (value, self->event);
      break;
    case PROP_STATUS:
      g_value_set_string (value, self->status != NULL ? self->status : "");
      break;
    case PROP_PHOTOS:
      g_value_set_uint (value, self->n[PHOTOS]);
      break;
    case PROP_ATTENDANCE:
      g_value_set_uint (value, self->n[ATTENDANCE]);
      break;
    case PROP_COMMENTS:
      g_value_set_uint (value, self->n[COMMENTS]);
      break;
    case PROP_NOTES:
      g_value_set_uint (value, self->n[NOTES_TILE]);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tst_event_page_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if ((TstEventPageProperty) id == PROP_EVENT)
    TST_EVENT_PAGE (object)->event = g_value_dup_string (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tst_event_page_dispose (GObject *object)
{
  TstEventPage *self = TST_EVENT_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (tst_event_page_parent_class)->dispose (object);
}

static void
tst_event_page_finalize (GObject *object)
{
  TstEventPage *self = TST_EVENT_PAGE (object);

  g_clear_pointer (&self->row, json_object_unref);
  g_free (self->event);
  g_free (self->status);
  G_OBJECT_CLASS (tst_event_page_parent_class)->finalize (object);
}

static void
tst_event_page_class_init (TstEventPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->constructed = tst_event_page_constructed;
  object_class->get_property = tst_event_page_get_property;
  object_class->set_property = tst_event_page_set_property;
  object_class->dispose = tst_event_page_dispose;
  object_class->finalize = tst_event_page_finalize;
  TST_PAGE_CLASS (klass)->shown = tst_event_page_shown;
  properties[PROP_EVENT] = g_param_spec_string ("event", NULL, NULL, NULL,
                                                G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_STATUS] = g_param_spec_string ("status", NULL, NULL, "", flags);
  properties[PROP_PHOTOS] = g_param_spec_uint ("photos", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_ATTENDANCE] = g_param_spec_uint ("attendance", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_COMMENTS] = g_param_spec_uint ("comments", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_NOTES] = g_param_spec_uint ("notes", NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  gtk_widget_class_install_action (widget_class, "event.photo", NULL, on_photo);
  gtk_widget_class_install_action (widget_class, "event.attendance", NULL, on_attendance);
  gtk_widget_class_install_action (widget_class, "event.comment", NULL, on_comment);
  gtk_widget_class_install_action (widget_class, "event.note", NULL, on_note);
  gtk_widget_class_install_action (widget_class, "event.visit", NULL, on_visit);
  gtk_widget_class_install_action (widget_class, "event.speakers", NULL, on_speakers);
  gtk_widget_class_install_action (widget_class, "event.join", NULL, on_join);
  gtk_widget_class_install_action (widget_class, "event.kiosk", NULL, on_kiosk);
  gtk_widget_class_install_action (widget_class, "event.carry", NULL, on_carry);
  gtk_widget_class_install_action (widget_class, "event.close", NULL, on_close);
  gtk_widget_class_install_action (widget_class, "event.paste", NULL, on_paste);
  gtk_widget_class_install_action (widget_class, "event.import-files", "aay", on_files);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_v, GDK_CONTROL_MASK, "event.paste", NULL);
}

static void
tst_event_page_init (TstEventPage *self)
{
}

GtkWidget *
tst_event_page_new (TstSession *session, const char *event_id)
{
  return g_object_new (TST_TYPE_EVENT_PAGE, "session", session, "title", _("Espacio"), "event", event_id, NULL);
}
