/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-visit-list.h"

#include "format/tst-format.h"
#include "journal/tst-field-book-async.h"
#include "journal/tst-visit.h"
#include "kiosk/tst-messages.h"
#include "kiosk/tst-photo-page.h"
#include "kiosk/tst-viewpoint-page.h"
#include "kiosk/tst-visit-entry.h"
#include "kiosk/tst-visit-shared.h"
#include "kiosk/tst-visit-signature.h"
#include "model/tst-code-lists.h"
#include "record/tst-body.h"
#include "report/tst-acta.h"
#include "widgets/tst-build.h"
#include "widgets/tst-form.h"
#include "widgets/tst-thumbnails.h"
#include "widgets/tst-wrap.h"

#include <glib/gi18n.h>

struct _TstVisitList
{
  TstPage parent_instance;
  GtkWidget *notice, *missing, *rows, *earlier;
  char *event, *work, *lang;
  TstVisitPart part;
  JsonObject *summary;
  guint n_rows, n_missing, n_open;
  GCancellable *cancellable;
};

typedef enum
{
  PROP_N_ROWS = 1,
  PROP_N_MISSING,
  PROP_N_OPEN,
} TstVisitListProperty;

static GParamSpec *properties[PROP_N_OPEN + 1];

G_DEFINE_FINAL_TYPE (TstVisitList, tst_visit_list, TST_TYPE_PAGE)

static const struct
{
  const char *title, *add, *list, *icon, *empty;
} parts[TST_PART_N_PARTS] = {
  [TST_PART_PHOTOS] = { N_("Fotos"), N_("Tomar foto"), "photos", "camera-photo-symbolic", N_("Todavía no hay fotos de esta visita.") },
  [TST_PART_FINDINGS] = { N_("Novedades"), N_("Escribir una novedad"), "findings", "dialog-warning-symbolic", N_("Todavía no hay novedades.") },
  [TST_PART_COMMITMENTS] = { N_("Compromisos"), N_("Escribir un compromiso"), "commitments", "emblem-default-symbolic",
                              N_("Todavía no hay compromisos de esta visita.") },
  [TST_PART_SIGNATURES] = { N_("Firmas"), N_("Firmar"), "signatures", "document-edit-symbolic", N_("Todavía no ha firmado nadie.") },
};

static void
push (TstVisitList *self, GtkWidget *page)
{
  tst_page_push (TST_PAGE (self), TST_PAGE (page));
}

/* --- what is missing --- */

static void
open_camera (TstVisitList *self, const char *need)
{
  const TstCaptureTarget target = { .event_id = self->event, .work = self->work, .phase = "durante", .need = need };

  tst_visit_open_camera (TST_PAGE (self), &target);
}

static JsonObject *
viewpoint_of (TstVisitList *self, const char *id)
{
  JsonArray *viewpoints = tst_json_array (self->summary, "viewpoints");

  for (guint i = 0; i < json_array_get_length (viewpoints); i++)
    if (g_strcmp0 (tst_json_string (json_array_get_object_element (viewpoints, i), "id"), id) == 0)
      return json_array_get_object_element (viewpoints, i);
  return NULL;
}

static void
on_gap (GtkButton *button, TstVisitList *self)
{
  TstVisitGapKind kind = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "kind"));
  const char *id = g_object_get_data (G_OBJECT (button), "id");
  JsonObject *viewpoint;

  switch (kind)
    {
    case TST_GAP_PHOTO_GENERAL:
      open_camera (self, "general");
      break;
    case TST_GAP_PHOTO_SIGN:
      open_camera (self, "valla");
      break;
    case TST_GAP_PHOTO_FRONTS:
      open_camera (self, "frente");
      break;
    case TST_GAP_PHOTO_VIEWPOINT:
      viewpoint = viewpoint_of (self, id);
      if (viewpoint != NULL)
        push (self, tst_viewpoint_page_new (tst_page_get_session (TST_PAGE (self)), viewpoint, self->event));
      break;
    case TST_GAP_SIGNATURE:
      push (self, tst_visit_signature_new (tst_page_get_session (TST_PAGE (self)), self->event, id));
      break;
    case TST_GAP_CHECK:
    case TST_GAP_PROGRESS:
    case TST_GAP_CAUSE:
    case TST_GAP_FINDINGS:
    case TST_GAP_COMMITMENTS:
    default:
      break;
    }
}

static guint
show_missing (TstVisitList *self)
{
  g_autoptr (GArray) gaps = tst_visit_gaps (self->summary);
  guint n = 0;

  tst_build_empty (self->missing);
  for (guint i = 0; i < gaps->len; i++)
    {
      const TstVisitGap *gap = &g_array_index (gaps, TstVisitGap, i);
      g_autofree char *text = NULL;
      GtkWidget *button;

      if (gap->part != self->part || gap->kind == TST_GAP_FINDINGS || gap->kind == TST_GAP_COMMITMENTS)
        continue;
      text = tst_acta_gap_text (gap, self->lang);
      button = tst_visit_row_new (self->part == TST_PART_PHOTOS ? "camera-photo-symbolic" : "document-edit-symbolic", text, NULL, NULL);
      gtk_widget_add_css_class (button, "wanted");
      g_object_set_data (G_OBJECT (button), "kind", GUINT_TO_POINTER (gap->kind));
      g_object_set_data_full (G_OBJECT (button), "id", g_strdup (gap->id), g_free);
      g_signal_connect (button, "clicked", G_CALLBACK (on_gap), self);
      gtk_box_append (GTK_BOX (self->missing), button);
      n++;
    }
  gtk_widget_set_visible (self->missing, n > 0);
  return n;
}

/* --- what there is --- */

static void
on_photo (GtkButton *button, TstVisitList *self)
{
  push (self, tst_photo_page_new (tst_page_get_session (TST_PAGE (self)), g_object_get_data (G_OBJECT (button), "row")));
}

static void
show_photos (TstVisitList *self, TstFieldBook *book, JsonArray *photos)
{
  GtkWidget *wrap = tst_wrap_new ();

  for (guint i = 0; i < json_array_get_length (photos); i++)
    {
      JsonObject *row = json_array_get_object_element (photos, i);
      GtkWidget *button = gtk_button_new ();
      GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
      GtkWidget *thumbnail = tst_thumbnail_new (140, 105);
      const char *need = tst_code_label (TST_LIST_PHOTO_NEED, tst_json_string (row, "need"), self->lang);
      const char *caption = tst_json_string (row, "caption");
      const char *words = caption != NULL ? caption : need != NULL ? need : _("Foto");
      g_autofree char *name = g_strdup_printf (_("Foto %u: %s"), i + 1, words);
      GtkWidget *label = gtk_label_new (words);

      tst_thumbnail_set (TST_THUMBNAIL (thumbnail), tst_thumbnails_for_book (book), tst_json_string (row, "sha256"), "image-x-generic-symbolic", NULL);
      gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
      gtk_label_set_max_width_chars (GTK_LABEL (label), 1);
      gtk_widget_add_css_class (label, "caption");
      gtk_box_append (GTK_BOX (box), thumbnail);
      gtk_box_append (GTK_BOX (box), label);
      gtk_button_set_child (GTK_BUTTON (button), box);
      gtk_widget_add_css_class (button, "picture");
      gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
      g_object_set_data_full (G_OBJECT (button), "row", json_object_ref (row), (GDestroyNotify) json_object_unref);
      g_signal_connect (button, "clicked", G_CALLBACK (on_photo), self);
      tst_wrap_append (TST_WRAP (wrap), button);
    }
  gtk_box_append (GTK_BOX (self->rows), wrap);
}

static void
on_row (GtkButton *button, TstVisitList *self)
{
  const char *type = self->part == TST_PART_FINDINGS ? "finding" : "commitment";

  push (self, tst_visit_entry_new (tst_page_get_session (TST_PAGE (self)), type, self->event, self->work,
                                   g_object_get_data (G_OBJECT (button), "row"), tst_json_array (self->summary, "photos")));
}

static char *
due_text (JsonObject *row)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autoptr (GDateTime) now = g_date_time_new_now (zone);
  const char *due_on = tst_json_string (row, "due_on");
  const char *who = tst_json_string (row, "responsible");
  g_autoptr (GDateTime) due = due_on != NULL ? tst_format_parse_time (due_on, zone) : NULL;
  g_autofree char *date = due != NULL ? tst_format_short_date (due) : NULL;
  g_autofree char *left = due != NULL ? tst_format_due (due, now) : NULL;

  if (due == NULL)
    return g_strdup (who);
  return g_strdup_printf ("%s · %s · %s", who != NULL ? who : "", date, left);
}

static void
show_rows (TstVisitList *self, JsonArray *rows)
{
  for (guint i = 0; i < json_array_get_length (rows); i++)
    {
      JsonObject *row = json_array_get_object_element (rows, i);
      gboolean commitment = self->part == TST_PART_COMMITMENTS;
      g_autofree char *due = commitment ? due_text (row) : NULL;
      const char *item = tst_code_label (TST_LIST_WORK_ITEM, tst_json_string (row, "item"), self->lang);
      GtkWidget *button = tst_visit_row_new (parts[self->part].icon, tst_json_string (row, "text"), commitment ? due : item, row);

      g_signal_connect (button, "clicked", G_CALLBACK (on_row), self);
      gtk_box_append (GTK_BOX (self->rows), button);
    }
}

static void
show_signatures (TstVisitList *self, JsonArray *rows)
{
  for (guint i = 0; i < json_array_get_length (rows); i++)
    {
      JsonObject *row = json_array_get_object_element (rows, i);
      gboolean drawn = tst_json_bool (row, "signed", FALSE);
      GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
      g_autofree char *text = g_strdup_printf ("%s · %s", tst_code_label (TST_LIST_VISIT_ROLE, tst_json_string (row, "role"), self->lang),
                                               drawn ? _("firmó") : _("no deseó firmar"));

      gtk_box_append (GTK_BOX (line), gtk_image_new_from_icon_name (drawn ? "emblem-ok-symbolic" : "action-unavailable-symbolic"));
      tst_form_text (line, text);
      gtk_widget_add_css_class (line, "card-box");
      gtk_box_append (GTK_BOX (self->rows), line);
    }
}

/* --- earlier commitments of the work --- */

static void
on_earlier_clicked (GtkButton *button, TstVisitList *self)
{
  JsonObject *row = g_object_get_data (G_OBJECT (button), "row");
  g_autoptr (JsonObject) given = json_object_new ();

  json_object_set_string_member (given, "commitment", tst_json_string (row, "id"));
  json_object_set_string_member (given, "commitment_text", tst_json_string (row, "text"));
  push (self, tst_visit_entry_new (tst_page_get_session (TST_PAGE (self)), "commitment-close", self->event, self->work, given,
                                   tst_json_array (self->summary, "photos")));
}

static void
set_count (TstVisitList *self, guint *count, guint n, TstVisitListProperty property)
{
  if (*count == n)
    return;
  *count = n;
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static void
on_earlier (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = tst_field_book_list_finish (TST_FIELD_BOOK (source), result, &error);
  TstVisitList *self = user_data;
  guint n = 0;

  if (rows == NULL)
    return;
  tst_build_empty (self->earlier);
  for (guint i = 0; i < rows->len; i++)
    {
      JsonObject *row = rows->pdata[i];
      g_autofree char *due = due_text (row);
      GtkWidget *button;

      if (g_strcmp0 (tst_json_string (row, "status"), "abierto") != 0 || g_strcmp0 (tst_json_string (row, "event"), self->event) == 0)
        continue;
      if (n++ == 0)
        tst_form_heading (self->earlier, _("De visitas anteriores, sin cerrar"));
      button = tst_visit_row_new ("emblem-important-symbolic", tst_json_string (row, "text"), due, row);
      g_signal_connect (button, "clicked", G_CALLBACK (on_earlier_clicked), self);
      gtk_box_append (GTK_BOX (self->earlier), button);
    }
  set_count (self, &self->n_open, n, PROP_N_OPEN);
}

/* --- reading --- */

static void
on_summary (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) summary = tst_field_book_object_finish (TST_FIELD_BOOK (source), result, &error);
  TstVisitList *self = user_data;
  JsonArray *rows;
  guint missing;

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
  rows = tst_json_array (self->summary, parts[self->part].list);
  missing = show_missing (self);
  tst_build_empty (self->rows);
  if (json_array_get_length (rows) == 0)
    gtk_widget_add_css_class (tst_form_text (self->rows, _(parts[self->part].empty)), "dim-label");
  else if (self->part == TST_PART_PHOTOS)
    show_photos (self, TST_FIELD_BOOK (source), rows);
  else if (self->part == TST_PART_SIGNATURES)
    show_signatures (self, rows);
  else
    show_rows (self, rows);
  set_count (self, &self->n_rows, json_array_get_length (rows), PROP_N_ROWS);
  set_count (self, &self->n_missing, missing, PROP_N_MISSING);
}

static void
load (TstVisitList *self)
{
  TstFieldBook *book = tst_session_get_book (tst_page_get_session (TST_PAGE (self)));
  TstQuery query = { .work = self->work, .status = "valid" };

  if (book == NULL)
    return;
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  tst_field_book_visit_summary_async (book, self->event, self->cancellable, on_summary, self);
  if (self->part == TST_PART_COMMITMENTS && self->work != NULL)
    tst_field_book_list_async (book, "commitments", &query, self->cancellable, on_earlier, self);
}

static void
on_add (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstVisitList *self = TST_VISIT_LIST (widget);
  TstSession *session = tst_page_get_session (TST_PAGE (self));
  JsonArray *photos = self->summary != NULL ? tst_json_array (self->summary, "photos") : NULL;

  if (self->part == TST_PART_PHOTOS)
    open_camera (self, NULL);
  else if (self->part == TST_PART_SIGNATURES)
    push (self, tst_visit_signature_new (session, self->event, NULL));
  else
    push (self, tst_visit_entry_new (session, self->part == TST_PART_FINDINGS ? "finding" : "commitment", self->event, self->work, NULL, photos));
}

/* --- the widget --- */

static void
tst_visit_list_shown (TstPage *page)
{
  load (TST_VISIT_LIST (page));
}

static void
tst_visit_list_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TstVisitList *self = TST_VISIT_LIST (object);

  switch ((TstVisitListProperty) id)
    {
    case PROP_N_ROWS:
      g_value_set_uint (value, self->n_rows);
      break;
    case PROP_N_MISSING:
      g_value_set_uint (value, self->n_missing);
      break;
    case PROP_N_OPEN:
      g_value_set_uint (value, self->n_open);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tst_visit_list_dispose (GObject *object)
{
  TstVisitList *self = TST_VISIT_LIST (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (tst_visit_list_parent_class)->dispose (object);
}

static void
tst_visit_list_finalize (GObject *object)
{
  TstVisitList *self = TST_VISIT_LIST (object);

  g_clear_pointer (&self->summary, json_object_unref);
  g_free (self->event);
  g_free (self->work);
  g_free (self->lang);
  G_OBJECT_CLASS (tst_visit_list_parent_class)->finalize (object);
}

static void
tst_visit_list_class_init (TstVisitListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = tst_visit_list_get_property;
  object_class->dispose = tst_visit_list_dispose;
  object_class->finalize = tst_visit_list_finalize;
  TST_PAGE_CLASS (klass)->shown = tst_visit_list_shown;
  properties[PROP_N_ROWS] = g_param_spec_uint ("n-rows", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_N_MISSING] = g_param_spec_uint ("n-missing", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_N_OPEN] = g_param_spec_uint ("n-open", NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "list.add", NULL, on_add);
}

static void
tst_visit_list_init (TstVisitList *self)
{
}

GtkWidget *
tst_visit_list_new (TstSession *session, TstVisitPart part, const char *event_id, const char *work)
{
  TstVisitList *self = g_object_new (TST_TYPE_VISIT_LIST, "session", session, "title", _(parts[part].title), NULL);
  GtkWidget *column, *foot, *button;

  self->part = part;
  self->event = g_strdup (event_id);
  self->work = g_strdup (work);
  self->lang = tst_visit_language (TST_PAGE (self));
  adw_bin_set_child (ADW_BIN (self), tst_form_page (720, &column, &foot));
  self->notice = tst_form_notice_new ();
  gtk_box_append (GTK_BOX (column), self->notice);
  self->missing = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  gtk_widget_set_visible (self->missing, FALSE);
  self->rows = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  self->earlier = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  gtk_box_append (GTK_BOX (column), self->missing);
  gtk_box_append (GTK_BOX (column), self->rows);
  gtk_box_append (GTK_BOX (column), self->earlier);
  if (part == TST_PART_PHOTOS)
    button = tst_visit_shutter_new (TST_PAGE (self), event_id, work);
  else
    {
      button = tst_form_button (_(parts[part].add), "main suggested-action");
      gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "list.add");
      tst_page_set_end (TST_PAGE (self), tst_visit_small_shutter_new (TST_PAGE (self), event_id, work));
    }
  gtk_box_append (GTK_BOX (foot), button);
  g_signal_connect_object (session, "records-changed", G_CALLBACK (load), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}
