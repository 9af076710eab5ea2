/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-event-close.h"

#include "format/tst-format.h"
#include "journal/tst-field-book-async.h"
#include "kiosk/tst-drafts.h"
#include "kiosk/tst-messages.h"
#include "record/tst-body.h"
#include "widgets/tst-form.h"

#include <glib/gi18n.h>
#include <string.h>

struct _TstEventClose
{
  TstPage parent_instance;
  GtkWidget *notice, *before, *summary, *button;
  JsonObject *row;
  GCancellable *cancellable;
  gboolean busy, closed;
};

typedef enum
{
  PROP_CLOSED = 1,
} TstEventCloseProperty;

static GParamSpec *properties[PROP_CLOSED + 1];

G_DEFINE_FINAL_TYPE (TstEventClose, tst_event_close, TST_TYPE_PAGE)

static void
add_line (GtkWidget *box, const char *icon_name, const char *text, const char *class)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget *icon = gtk_image_new_from_icon_name (icon_name);
  GtkWidget *label;

  gtk_box_append (GTK_BOX (row), icon);
  label = tst_form_text (row, text);
  gtk_widget_set_hexpand (label, TRUE);
  if (class != NULL)
    gtk_widget_add_css_class (row, class);
  gtk_box_append (GTK_BOX (box), row);
}

static void
add_count (GtkWidget *box, gint64 n, const char *one, const char *many, const char *none)
{
  g_autofree char *number = tst_format_number (n, 0);
  g_autofree char *text = n > 0 ? g_strdup_printf ("%s %s", number, n == 1 ? one : many) : g_strdup (none);

  add_line (box, n > 0 ? "emblem-ok-symbolic" : "dialog-information-symbolic", text, n > 0 ? NULL : "waiting");
}

static void
add_counts (TstEventClose *self, GtkWidget *box)
{
  add_count (box, tst_json_int (self->row, "photos", 0), _("foto"), _("fotos"), _("No hay fotos"));
  add_count (box, tst_json_int (self->row, "attendance", 0), _("persona en la asistencia"), _("personas en la asistencia"),
             _("Nadie firmó la asistencia"));
  add_count (box, tst_json_int (self->row, "comments", 0), _("aporte"), _("aportes"), _("No hay aportes"));
  add_count (box, tst_json_int (self->row, "notes", 0), _("nota"), _("notas"), _("No hay notas"));
}

/* The photos that nobody who cannot see will know anything of. */
static void
on_photos (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = tst_field_book_list_finish (TST_FIELD_BOOK (source), result, &error);
  TstEventClose *self = user_data;
  g_autofree char *text = NULL;
  guint missing = 0;

  if (rows == NULL)
    return;
  for (guint i = 0; i < rows->len; i++)
    {
      JsonObject *photo = rows->pdata[i];

      if (g_strcmp0 (tst_json_string (photo, "standing"), "valid") == 0 && tst_json_string (photo, "caption") == NULL)
        missing++;
    }
  if (missing == 0)
    return;
  text = g_strdup_printf (ngettext ("A %u foto le falta la descripción. Puede escribirla también después.",
                                    "A %u fotos les falta la descripción. Puede escribirla también después.", missing), missing);
  add_line (self->before, "dialog-information-symbolic", text, "waiting");
}

/* What was begun and not saved goes with the closing: said while it can still be saved. */
static void
on_begun (GObject *source, GAsyncResult *result, gpointer user_data)
{
  static const struct
  {
    const char *prefix, *label;
  } kinds[] = {
    { "note-", N_("una nota") },           { "attendance-", N_("una asistencia") }, { "photos-", N_("fotos") },
    { "speaker-", N_("un turno") },        { "signature-", N_("una firma") },       { "visit-check-", N_("la lista de chequeo") },
    { "visit-progress-", N_("el avance") }, { "visit-finding-", N_("una novedad") }, { "visit-commitment-", N_("un compromiso") },
    { "visit-stream-", N_("la transmisión") },
  };
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) keys = tst_drafts_list_event_finish (result, &error);
  TstEventClose *self = user_data;
  g_autoptr (GString) names = g_string_new (NULL);
  g_autofree char *text = NULL;

  if (keys == NULL)
    return;
  for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
    for (guint i = 0; keys[i] != NULL; i++)
      if (g_str_has_prefix (keys[i], kinds[k].prefix))
        {
          g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", _(kinds[k].label));
          break;
        }
  if (names->len == 0)
    return;
  text = g_strdup_printf (_("Quedó sin guardar: %s. Si cierra ahora, eso se descarta."), names->str);
  add_line (self->before, "dialog-warning-symbolic", text, "waiting");
}

/* --- the summary --- */

static void
show_chains (TstEventClose *self, JsonArray *chains)
{
  GtkWidget *column = self->summary;

  tst_form_heading (column, _("El espacio quedó cerrado"));
  add_counts (self, column);
  /* A demonstration has no transport. */
  tst_form_text (column, tst_session_get_sync (tst_page_get_session (TST_PAGE (self))) != NULL
                           ? _("Todo está guardado en esta tableta y se envía solo. Estos son los números que luego prueban que no falta nada:")
                           : _("Todo está guardado en esta tableta. Estos son los números que luego prueban que no falta nada:"));
  for (guint i = 0; chains != NULL && i < json_array_get_length (chains); i++)
    {
      JsonObject *chain = json_array_get_object_element (chains, i);
      gboolean open = g_strcmp0 (tst_json_string (chain, "chain"), "open") == 0;
      gint64 count = tst_json_int (chain, "count", 0);
      const char *head = tst_json_string (chain, "head");
      GtkWidget *card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
      g_autofree char *number = tst_format_number (tst_json_int (chain, "seq", 0), 0);
      g_autofree char *records = g_strdup_printf (ngettext ("%d registro de este espacio", "%d registros de este espacio", (gulong) count), (int) count);
      g_autofree char *last = g_strdup_printf (_("Último número de esta tableta: %s"), number);
      GtkWidget *label;

      gtk_widget_add_css_class (card, "card");
      gtk_widget_add_css_class (card, "padded");
      label = tst_form_text (card, open ? _("Aportes y encuestas") : _("Fotos, notas y asistencia"));
      gtk_widget_add_css_class (label, "heading");
      tst_form_text (card, records);
      tst_form_text (card, last);
      if (head != NULL)
        {
          g_autofree char *text = g_strdup_printf (_("Huella: %s"), head);

          label = tst_form_text (card, text);
          gtk_label_set_selectable (GTK_LABEL (label), TRUE);
          gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_CHAR);
          gtk_widget_add_css_class (label, "monospace");
        }
      gtk_box_append (GTK_BOX (column), card);
    }
  gtk_widget_set_visible (self->before, FALSE);
  gtk_widget_set_visible (self->button, FALSE);
  gtk_widget_set_visible (column, TRUE);
  self->closed = TRUE;
  tst_page_set_title (TST_PAGE (self), _("Resumen"));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CLOSED]);
}

static void
on_record (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) record = tst_field_book_object_finish (TST_FIELD_BOOK (source), result, &error);
  TstEventClose *self = user_data;
  JsonObject *body = record != NULL ? tst_json_object (record, "body") : NULL;

  if (tst_message_is_cancelled (error))
    return;
  if (body != NULL)
    show_chains (self, tst_json_array (body, "chains"));
  else if (error != NULL)
    {
      g_autofree char *text = tst_message_for_error (error);

      tst_form_notice_set (self->notice, text, TRUE);
    }
}

static void
on_records (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = tst_field_book_list_finish (TST_FIELD_BOOK (source), result, &error);
  TstEventClose *self = user_data;

  if (rows == NULL)
    return;
  for (guint i = 0; i < rows->len; i++)
    if (g_strcmp0 (tst_json_string (rows->pdata[i], "type"), "event-close") == 0)
      tst_field_book_show_record_async (TST_FIELD_BOOK (source), tst_json_string (rows->pdata[i], "id"), self->cancellable, on_record,
                                        self);
}

/* --- closing --- */

static void
on_closed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstEventClose) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) answer = tst_field_book_object_finish (TST_FIELD_BOOK (source), result, &error);

  self->busy = FALSE;
  if (self->cancellable == NULL)
    return;
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "event.close-now", answer == NULL);
  if (answer == NULL)
    {
      g_autofree char *text = tst_message_for_error (error);

      tst_form_notice_set (self->notice, text, TRUE);
      return;
    }
  tst_drafts_drop_event (tst_page_get_session (TST_PAGE (self)), tst_json_string (self->row, "id"));
  tst_session_saved (tst_page_get_session (TST_PAGE (self)));
  show_chains (self, tst_json_array (answer, "chains"));
}

static void
on_close (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstEventClose *self = TST_EVENT_CLOSE (widget);
  TstFieldBook *book = tst_session_get_book (tst_page_get_session (TST_PAGE (self)));

  if (book == NULL || self->busy || self->closed)
    return;
  self->busy = TRUE;
  gtk_widget_action_set_enabled (widget, "event.close-now", FALSE);
  tst_field_book_close_event_async (book, tst_json_string (self->row, "id"), NULL, on_closed, g_object_ref (self));
}

/* --- the widget --- */

static gboolean
tst_event_close_may_leave (TstPage *page)
{
  return !TST_EVENT_CLOSE (page)->busy;
}

static void
tst_event_close_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if ((TstEventCloseProperty) id == PROP_CLOSED)
    g_value_set_boolean (value, TST_EVENT_CLOSE (object)->closed);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tst_event_close_dispose (GObject *object)
{
  TstEventClose *self = TST_EVENT_CLOSE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->row, json_object_unref);
  G_OBJECT_CLASS (tst_event_close_parent_class)->dispose (object);
}

static void
tst_event_close_class_init (TstEventCloseClass *klass)
{
  G_OBJECT_CLASS (klass)->get_property = tst_event_close_get_property;
  G_OBJECT_CLASS (klass)->dispose = tst_event_close_dispose;
  TST_PAGE_CLASS (klass)->may_leave = tst_event_close_may_leave;
  properties[PROP_CLOSED] = g_param_spec_boolean ("closed", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), G_N_ELEMENTS (properties), properties);
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "event.close-now", NULL, on_close);
}

static void
tst_event_close_init (TstEventClose *self)
{
  self->cancellable = g_cancellable_new ();
}

GtkWidget *
tst_event_close_new (TstSession *session, JsonObject *row)
{
  TstEventClose *self = g_object_new (TST_TYPE_EVENT_CLOSE, "session", session, "title", _("Cerrar"), NULL);
  TstFieldBook *book = tst_session_get_book (session);
  TstQuery query = { .event_id = tst_json_string (row, "id") };
  GtkWidget *column, *foot;

  self->row = json_object_ref (row);
  adw_bin_set_child (ADW_BIN (self), tst_form_page (720, &column, &foot));
  self->notice = tst_form_notice_new ();
  gtk_box_append (GTK_BOX (column), self->notice);
  self->before = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  self->summary = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  gtk_widget_set_visible (self->summary, FALSE);
  gtk_box_append (GTK_BOX (column), self->before);
  gtk_box_append (GTK_BOX (column), self->summary);
  self->button = tst_form_button (_("Cerrar este espacio"), "main suggested-action");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button), "event.close-now");
  gtk_box_append (GTK_BOX (foot), self->button);

  if (g_strcmp0 (tst_json_string (row, "status"), "closed") == 0)
    {
      gtk_widget_set_visible (self->button, FALSE);
      add_counts (self, self->before);
      tst_field_book_list_async (book, "records", &query, self->cancellable, on_records, self);
      return GTK_WIDGET (self);
    }
  tst_form_heading (self->before, _("Esto queda en el espacio"));
  add_counts (self, self->before);
  tst_form_text (self->before, _("Después de cerrarlo no se le agregan fotos, asistencia ni aportes. Las descripciones se pueden corregir."));
  tst_drafts_list_event_async (session, tst_json_string (row, "id"), self->cancellable, on_begun, self);
  tst_field_book_list_async (book, "photos", &query, self->cancellable, on_photos, self);
  return GTK_WIDGET (self);
}
