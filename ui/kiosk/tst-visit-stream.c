/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-visit-stream.h"

#include "format/tst-format.h"
#include "journal/tst-field-book-async.h"
#include "journal/tst-visit.h"
#include "kiosk/tst-clock-card.h"
#include "kiosk/tst-compat-save.h"
#include "kiosk/tst-drafts.h"
#include "kiosk/tst-messages.h"
#include "kiosk/tst-visit-entry.h"
#include "kiosk/tst-visit-shared.h"
#include "model/tst-code-lists.h"
#include "record/tst-body.h"
#include "report/tst-moments.h"
#include "widgets/tst-form.h"
#include "widgets/tst-wrap.h"

#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>

#define CARD_ERROR_MS 1000 /* read off by a person, to the second */

struct _TstVisitStream
{
  TstPage parent_instance;
  GtkWidget *notice, *off, *on, *address, *moments, *anchor_box, *anchor_notice, *media, *wall, *exports, *end, *recording;
  char *event, *work, *lang;
  JsonObject *summary;
  GCancellable *cancellable;
  TstDraftKeeper *draft; /* of the two that are read off the video */
  gboolean live, busy;
  guint n_moments;
};

typedef enum
{
  PROP_LIVE = 1,
  PROP_N_MOMENTS,
} TstVisitStreamProperty;

static GParamSpec *properties[PROP_N_MOMENTS + 1];

G_DEFINE_FINAL_TYPE (TstVisitStream, tst_visit_stream, TST_TYPE_PAGE)

static JsonObject *
stream_of (TstVisitStream *self)
{
  return self->summary != NULL ? tst_json_object (self->summary, "stream") : NULL;
}

static void
show_moments (TstVisitStream *self)
{
  JsonArray *moments = tst_json_array (self->summary, "moments");
  guint n = json_array_get_length (moments);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->moments)) != NULL)
    gtk_box_remove (GTK_BOX (self->moments), child);
  for (guint i = 0; i < n; i++)
    {
      JsonObject *row = json_array_get_object_element (moments, i);
      gint64 error_s = (tst_json_int (row, "error_ms", 0) + 999) / 1000;
      const char *text = tst_json_string (row, "target_text");
      g_autofree char *clock = tst_moments_clock (tst_json_int (row, "offset_ms", 0));
      g_autofree char *line = g_strdup_printf ("%s  %s%s%s", clock, tst_code_label (TST_LIST_MOMENT, tst_json_string (row, "moment"), self->lang),
                                               text != NULL ? ": " : "", text != NULL ? text : "");
      g_autofree char *sure = g_strdup_printf (tst_json_bool (row, "broken", FALSE) ? _("la transmisión se cortó por aquí; ± %d s") : _("± %d s"),
                                               (int) error_s);
      GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

      gtk_widget_add_css_class (tst_form_text (box, line), "numeric");
      gtk_widget_add_css_class (tst_form_text (box, sure), "caption");
      gtk_box_append (GTK_BOX (self->moments), box);
    }
  if (self->n_moments != n)
    {
      self->n_moments = n;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_MOMENTS]);
    }
}

static void
on_summary (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) summary = tst_field_book_object_finish (TST_FIELD_BOOK (source), result, &error);
  TstVisitStream *self = user_data;
  JsonObject *stream;
  gboolean live, closed;

  if (tst_message_is_cancelled (error) || summary == NULL)
    return;
  g_clear_pointer (&self->summary, json_object_unref);
  self->summary = g_steal_pointer (&summary);
  stream = stream_of (self);
  live = stream != NULL && tst_json_bool (stream, "live", FALSE);
  closed = g_strcmp0 (tst_json_string (tst_json_object (self->summary, "event"), "status"), "closed") == 0;
  gtk_widget_set_visible (self->off, !live && !closed);
  gtk_widget_set_visible (self->on, stream != NULL);
  gtk_widget_set_visible (self->end, live && !closed);
  gtk_widget_set_visible (self->recording, stream != NULL && tst_json_string (stream, "end") != NULL);
  gtk_widget_set_visible (self->anchor_box, stream != NULL && !closed);
  gtk_widget_set_visible (self->exports, stream != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "stream.moment", live && !closed);
  if (stream != NULL)
    {
      const char *url = tst_json_string (stream, "url");
      const char *platform = tst_code_label (TST_LIST_PLATFORM, tst_json_string (stream, "platform"), self->lang);
      g_autofree char *text = url != NULL ? g_strdup_printf ("%s · %s", platform, url) : g_strdup (platform);

      gtk_label_set_label (GTK_LABEL (self->address), text);
    }
  show_moments (self);
  if (live != self->live)
    {
      self->live = live;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LIVE]);
    }
}

static void
load (TstVisitStream *self)
{
  TstFieldBook *book = tst_session_get_book (tst_page_get_session (TST_PAGE (self)));

  if (book == NULL)
    return;
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  tst_field_book_visit_summary_async (book, self->event, self->cancellable, on_summary, self);
}

/* --- acts --- */

static void
on_saved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstVisitStream) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = tst_field_book_act_finish (TST_FIELD_BOOK (source), result, &error);
  TstSession *session = tst_page_get_session (TST_PAGE (self));

  self->busy = FALSE;
  if (id != NULL && session != NULL)
    {
      tst_session_saved (session);
      tst_session_toast (session, _("Guardado"));
    }
  else if (error != NULL)
    {
      g_autofree char *text = tst_message_for_error (error);

      tst_form_notice_set (self->notice, text, TRUE);
    }
}

static void
add (TstVisitStream *self, const char *type, JsonObject *fields)
{
  TstFieldBook *book = tst_session_get_book (tst_page_get_session (TST_PAGE (self)));

  if (book == NULL || self->busy)
    return;
  self->busy = TRUE;
  tst_form_notice_set (self->notice, NULL, FALSE);
  tst_field_book_add_visit_record_async (book, type, self->event, fields, NULL, on_saved, g_object_ref (self));
}

static void
on_start (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstVisitStream *self = TST_VISIT_STREAM (widget);

  tst_page_push (TST_PAGE (self), TST_PAGE (tst_visit_entry_new (tst_page_get_session (TST_PAGE (self)), "stream-start", self->event, self->work,
                                                                NULL, NULL)));
}

static void
on_end (GtkWidget *widget, const char *action, GVariant *parameter)
{
  g_autoptr (JsonObject) fields = json_object_new ();

  add (TST_VISIT_STREAM (widget), "stream-end", fields);
}

/* What became of it, known when the video was saved. */
static void
on_recording (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstVisitStream *self = TST_VISIT_STREAM (widget);
  JsonObject *stream = stream_of (self);
  g_autoptr (JsonObject) given = json_object_new ();
  static const char *const names[][2] = { { "end", "id" }, { "end_media_ms", "media_ms" }, { "recording_sha256", "recording_sha256" }, { "recording_url", "url" } };

  if (stream == NULL || tst_json_string (stream, "end") == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (json_object_has_member (stream, names[i][0]) && !json_object_get_null_member (stream, names[i][0]))
      json_object_set_member (given, names[i][1], json_object_dup_member (stream, names[i][0]));
  tst_page_push (TST_PAGE (self), TST_PAGE (tst_visit_entry_new (tst_page_get_session (TST_PAGE (self)), "stream-end", self->event, self->work,
                                                                given, NULL)));
}

static void
on_card (GtkWidget *widget, const char *action, GVariant *parameter)
{
  tst_page_push (TST_PAGE (widget), TST_PAGE (tst_clock_card_new (tst_page_get_session (TST_PAGE (widget)))));
}

static void
on_moment (GtkWidget *widget, const char *action, GVariant *parameter)
{
  g_autoptr (JsonObject) fields = json_object_new ();

  json_object_set_string_member (fields, "moment", g_variant_get_string (parameter, NULL));
  add (TST_VISIT_STREAM (widget), "moment", fields);
}

gint64
tst_visit_stream_parse_clock (const char *text)
{
  g_auto (GStrv) parts = text != NULL ? g_strsplit (text, ":", 4) : NULL;
  guint n = parts != NULL ? g_strv_length (parts) : 0;
  gint64 seconds = 0;

  if (n < 2 || n > 3)
    return -1;
  for (guint i = 0; i < n; i++)
    {
      if (*parts[i] == '\0' || strlen (parts[i]) > 3 || strspn (parts[i], "0123456789") != strlen (parts[i]) || (i > 0 && atoi (parts[i]) > 59))
        return -1;
      seconds = seconds * 60 + atoi (parts[i]);
    }
  return seconds;
}

/* The clock that the card showed, on the day of the stream, as UTC. */
static char *
wall_text (TstVisitStream *self, gint64 seconds)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autoptr (GDateTime) start = tst_format_parse_time (tst_json_string (stream_of (self), "time"), zone);
  g_autoptr (GDateTime) midnight
    = start != NULL ? g_date_time_new (zone, g_date_time_get_year (start), g_date_time_get_month (start), g_date_time_get_day_of_month (start), 0, 0, 0)
                    : NULL;
  g_autoptr (GDateTime) shown = midnight != NULL ? g_date_time_add_seconds (midnight, (double) seconds) : NULL;
  g_autoptr (GDateTime) utc = NULL;

  if (shown == NULL)
    return NULL;
  /* A stream that goes on past midnight. */
  if (g_date_time_difference (start, shown) > (gint64) 12 * 3600 * G_USEC_PER_SEC)
    {
      g_autoptr (GDateTime) next = g_date_time_add_days (shown, 1);

      utc = g_date_time_to_utc (next);
    }
  else
    utc = g_date_time_to_utc (shown);
  return g_date_time_format (utc, "%Y-%m-%dT%H:%M:%S.000Z");
}

static void
on_anchor (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstVisitStream *self = TST_VISIT_STREAM (widget);
  g_autofree char *media = tst_form_get_entry (self->media);
  g_autofree char *wall = tst_form_get_entry (self->wall);
  gint64 media_s = tst_visit_stream_parse_clock (media), wall_s = tst_visit_stream_parse_clock (wall);
  g_autofree char *utc = stream_of (self) != NULL && wall_s >= 0 ? wall_text (self, wall_s) : NULL;
  g_autoptr (JsonObject) fields = json_object_new ();

  if (media_s < 0 || utc == NULL)
    {
      tst_form_notice_set (self->notice, _("Escriba el minuto del video, como 3:10, y la hora de la tarjeta, como 15:04:05."), TRUE);
      return;
    }
  json_object_set_string_member (fields, "stream", tst_json_string (stream_of (self), "id"));
  json_object_set_int_member (fields, "media_ms", media_s * 1000);
  json_object_set_string_member (fields, "wall", utc);
  json_object_set_string_member (fields, "source", "tarjeta");
  json_object_set_int_member (fields, "error_ms", CARD_ERROR_MS);
  gtk_editable_set_text (GTK_EDITABLE (self->media), "");
  gtk_editable_set_text (GTK_EDITABLE (self->wall), "");
  add (self, "stream-anchor", fields);
}

static void
put (JsonObject *content, const char *name, GtkWidget *entry)
{
  g_autofree char *text = tst_form_get_entry (entry);

  if (*text != '\0')
    json_object_set_string_member (content, name, text);
}

static JsonObject *
collect (gpointer page)
{
  TstVisitStream *self = page;
  g_autoptr (JsonObject) content = json_object_new ();

  put (content, "media", self->media);
  put (content, "wall", self->wall);
  return json_object_get_size (content) > 0 ? g_steal_pointer (&content) : NULL;
}

static void
restore (gpointer page, JsonObject *content)
{
  TstVisitStream *self = page;
  const char *media = tst_json_string (content, "media"), *wall = tst_json_string (content, "wall");

  gtk_editable_set_text (GTK_EDITABLE (self->media), media != NULL ? media : "");
  gtk_editable_set_text (GTK_EDITABLE (self->wall), wall != NULL ? wall : "");
  tst_form_notice_set (self->anchor_notice, _("Esto quedó sin guardar la última vez. Revíselo y guárdelo."), FALSE);
  tst_form_notice_set_icon (self->anchor_notice, "document-edit-symbolic");
}

static void
on_anchor_changed (TstVisitStream *self)
{
  tst_form_notice_set (self->anchor_notice, NULL, FALSE);
  tst_draft_keeper_touch (self->draft);
}

/* --- exports --- */

typedef struct
{
  GWeakRef page;
  GBytes *bytes;
} Saving;

static void
on_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstVisitStream) self = user_data;
  g_autoptr (GError) error = NULL;
  TstSession *session = tst_page_get_session (TST_PAGE (self));

  if (g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    {
      if (session != NULL)
        tst_session_toast (session, _("Archivo guardado"));
    }
  else
    tst_form_notice_set (self->notice, _("No se pudo escribir el archivo. Elija otro lugar."), TRUE);
}

static void
on_place (GFile *file, gpointer user_data)
{
  Saving *saving = user_data;
  g_autoptr (TstVisitStream) self = g_weak_ref_get (&saving->page);

  if (file != NULL && self != NULL)
    g_file_replace_contents_bytes_async (file, saving->bytes, NULL, FALSE, G_FILE_CREATE_REPLACE_DESTINATION, NULL, on_written, g_object_ref (self));
  g_weak_ref_clear (&saving->page);
  g_bytes_unref (saving->bytes);
  g_free (saving);
}

static void
save_text (TstVisitStream *self, char *text, const char *name)
{
  Saving *saving = g_new0 (Saving, 1);

  g_weak_ref_init (&saving->page, self);
  saving->bytes = g_bytes_new_take (text, strlen (text));
  tst_compat_save_file (GTK_WIDGET (self), _("Guardar"), name, on_place, saving, NULL);
}

static JsonArray *
moments_of (TstVisitStream *self)
{
  return self->summary != NULL ? tst_json_array (self->summary, "moments") : NULL;
}

static void
on_webvtt (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstVisitStream *self = TST_VISIT_STREAM (widget);

  if (moments_of (self) == NULL || stream_of (self) == NULL)
    return;
  if (strcmp (action, "stream.metadata") == 0)
    save_text (self, tst_moments_webvtt_metadata (moments_of (self)), "momentos.vtt");
  else
    save_text (self, tst_moments_webvtt_chapters (moments_of (self), tst_json_int (stream_of (self), "end_media_ms", 0), self->lang), "capitulos.vtt");
}

/* What is pasted under a video. */
static void
on_copy (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstVisitStream *self = TST_VISIT_STREAM (widget);
  gboolean youtube = strcmp (action, "stream.youtube") == 0;
  g_autofree char *text = NULL;

  if (moments_of (self) == NULL)
    return;
  text = youtube ? tst_moments_youtube (moments_of (self), self->lang) : tst_moments_comment (moments_of (self), self->lang);
  if (text == NULL || *text == '\0')
    {
      tst_form_notice_set (self->notice, _("YouTube pide al menos tres momentos, separados por diez segundos. Todavía no los hay."), TRUE);
      return;
    }
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
  tst_session_toast (tst_page_get_session (TST_PAGE (self)), _("Copiado: péguelo en la descripción o en un comentario"));
}

/* --- the widget --- */

static void
tst_visit_stream_shown (TstPage *page)
{
  load (TST_VISIT_STREAM (page));
}

static void
tst_visit_stream_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch ((TstVisitStreamProperty) id)
    {
    case PROP_LIVE:
      g_value_set_boolean (value, TST_VISIT_STREAM (object)->live);
      break;
    case PROP_N_MOMENTS:
      g_value_set_uint (value, TST_VISIT_STREAM (object)->n_moments);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tst_visit_stream_dispose (GObject *object)
{
  TstVisitStream *self = TST_VISIT_STREAM (object);

  g_clear_pointer (&self->draft, tst_draft_keeper_free);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (tst_visit_stream_parent_class)->dispose (object);
}

static void
tst_visit_stream_finalize (GObject *object)
{
  TstVisitStream *self = TST_VISIT_STREAM (object);

  g_clear_pointer (&self->summary, json_object_unref);
  g_free (self->event);
  g_free (self->work);
  g_free (self->lang);
  G_OBJECT_CLASS (tst_visit_stream_parent_class)->finalize (object);
}

static void
tst_visit_stream_class_init (TstVisitStreamClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = tst_visit_stream_get_property;
  object_class->dispose = tst_visit_stream_dispose;
  object_class->finalize = tst_visit_stream_finalize;
  TST_PAGE_CLASS (klass)->shown = tst_visit_stream_shown;
  properties[PROP_LIVE] = g_param_spec_boolean ("live", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_N_MOMENTS] = g_param_spec_uint ("n-moments", NULL, NULL, 0, G_MAXUINT, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  gtk_widget_class_install_action (widget_class, "stream.start", NULL, on_start);
  gtk_widget_class_install_action (widget_class, "stream.end", NULL, on_end);
  gtk_widget_class_install_action (widget_class, "stream.recording", NULL, on_recording);
  gtk_widget_class_install_action (widget_class, "stream.card", NULL, on_card);
  gtk_widget_class_install_action (widget_class, "stream.moment", "s", on_moment);
  gtk_widget_class_install_action (widget_class, "stream.anchor", NULL, on_anchor);
  gtk_widget_class_install_action (widget_class, "stream.youtube", NULL, on_copy);
  gtk_widget_class_install_action (widget_class, "stream.comment", NULL, on_copy);
  gtk_widget_class_install_action (widget_class, "stream.webvtt", NULL, on_webvtt);
  gtk_widget_class_install_action (widget_class, "stream.metadata", NULL, on_webvtt);
}

static void
tst_visit_stream_init (TstVisitStream *self)
{
}

static void
add_button (GtkWidget *box, const char *label, const char *class, const char *action)
{
  GtkWidget *button = tst_form_button (label, class);

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_box_append (GTK_BOX (box), button);
}

static void
build_on_the_air (TstVisitStream *self)
{
  static const char *const codes[] = { "presentacion", "recorrido", "pregunta", "respuesta" };
  GtkWidget *wrap = tst_wrap_new ();

  self->address = tst_form_text (self->on, "");
  gtk_label_set_selectable (GTK_LABEL (self->address), TRUE);
  tst_form_heading (self->on, _("Marcar un momento ahora"));
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      GtkWidget *button = gtk_button_new_with_label (tst_code_label (TST_LIST_MOMENT, codes[i], self->lang));

      gtk_widget_add_css_class (button, "chip");
      gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "stream.moment");
      gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", codes[i]);
      tst_wrap_append (TST_WRAP (wrap), button);
    }
  gtk_box_append (GTK_BOX (self->on), wrap);
  tst_form_heading (self->on, _("Momentos"));
  self->moments = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  gtk_box_append (GTK_BOX (self->on), self->moments);
}

GtkWidget *
tst_visit_stream_new (TstSession *session, const char *event_id, const char *work)
{
  TstVisitStream *self = g_object_new (TST_TYPE_VISIT_STREAM, "session", session, "title", _("Transmisión"), NULL);
  g_autofree char *key = g_strconcat ("stream-", event_id, NULL);
  GtkWidget *column, *foot;

  self->event = g_strdup (event_id);
  self->work = g_strdup (work);
  self->lang = tst_visit_language (TST_PAGE (self));
  adw_bin_set_child (ADW_BIN (self), tst_form_page (720, &column, &foot));
  self->notice = tst_form_notice_new ();
  gtk_box_append (GTK_BOX (column), self->notice);
  self->off = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  tst_form_text (self->off, _("Cuando la transmisión comience en el teléfono o en OBS, tóquelo aquí. Lo que capture queda con su minuto."));
  add_button (self->off, _("INICIÓ LA TRANSMISIÓN"), "main suggested-action", "stream.start");
  gtk_box_append (GTK_BOX (column), self->off);
  self->on = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  gtk_widget_set_visible (self->on, FALSE);
  build_on_the_air (self);
  gtk_box_append (GTK_BOX (column), self->on);
  self->recording = tst_form_button (_("Anotar la grabación"), NULL);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->recording), "stream.recording");
  gtk_widget_set_visible (self->recording, FALSE);
  gtk_box_append (GTK_BOX (column), self->recording);
  add_button (column, _("Mostrar la tarjeta de reloj"), NULL, "stream.card");

  self->anchor_box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  gtk_widget_set_visible (self->anchor_box, FALSE);
  tst_form_heading (self->anchor_box, _("La tarjeta en el video"));
  self->anchor_notice = tst_form_notice_new ();
  gtk_box_append (GTK_BOX (self->anchor_box), self->anchor_notice);
  self->media = tst_form_entry (self->anchor_box, _("Minuto del video en que se ve (3:10)"), GTK_INPUT_PURPOSE_FREE_FORM);
  self->wall = tst_form_entry (self->anchor_box, _("Hora que muestra la tarjeta (15:04:05)"), GTK_INPUT_PURPOSE_FREE_FORM);
  add_button (self->anchor_box, _("Ajustar con la tarjeta"), NULL, "stream.anchor");
  g_signal_connect_swapped (self->media, "changed", G_CALLBACK (on_anchor_changed), self);
  g_signal_connect_swapped (self->wall, "changed", G_CALLBACK (on_anchor_changed), self);
  gtk_box_append (GTK_BOX (column), self->anchor_box);

  self->exports = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  gtk_widget_set_visible (self->exports, FALSE);
  tst_form_heading (self->exports, _("Llevar los momentos a otra parte"));
  add_button (self->exports, _("Copiar como capítulos de YouTube"), NULL, "stream.youtube");
  add_button (self->exports, _("Copiar como comentario"), NULL, "stream.comment");
  add_button (self->exports, _("Guardar capítulos (WebVTT)"), NULL, "stream.webvtt");
  add_button (self->exports, _("Guardar datos de los momentos (WebVTT)"), NULL, "stream.metadata");
  gtk_box_append (GTK_BOX (column), self->exports);

  self->end = tst_form_button (_("TERMINÓ LA TRANSMISIÓN"), "main destructive-action");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->end), "stream.end");
  gtk_widget_set_visible (self->end, FALSE);
  gtk_box_append (GTK_BOX (foot), self->end);
  tst_page_set_end (TST_PAGE (self), tst_visit_small_shutter_new (TST_PAGE (self), event_id, work));
  g_signal_connect_object (session, "records-changed", G_CALLBACK (load), self, G_CONNECT_SWAPPED);
  self->draft = tst_draft_keeper_new (TST_PAGE (self), key, FALSE, collect, restore);
  return GTK_WIDGET (self);
}
