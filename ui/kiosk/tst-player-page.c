/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-player-page.h"

#include "format/tst-format.h"
#include "journal/tst-field-book-async.h"
#include "kiosk/tst-messages.h"
#include "record/tst-body.h"
#include "widgets/tst-form.h"

#include <glib/gi18n.h>

#define FILM_HEIGHT 240

struct _TstPlayerPage
{
  TstPage parent_instance;
  GtkWidget *notice, *facts, *player, *words;
  GtkMediaStream *stream;
  JsonObject *row;
  gboolean playable;
};

typedef enum
{
  PROP_PLAYABLE = 1,
} TstPlayerPageProperty;

static GParamSpec *properties[PROP_PLAYABLE + 1];

G_DEFINE_FINAL_TYPE (TstPlayerPage, tst_player_page, TST_TYPE_PAGE)

static gboolean
is_film (JsonObject *row)
{
  const char *type = tst_json_string (row, "type");

  return type != NULL && g_str_has_prefix (type, "video/");
}

char *
tst_recording_title (JsonObject *row)
{
  const gint64 seconds = (tst_json_int (row, "duration_ms", 0) + 500) / 1000;

  return g_strdup_printf ("%s · %d:%02d", is_film (row) ? _("Video") : _("Nota de voz"), (int) (seconds / 60), (int) (seconds % 60));
}

static void
on_prepared (TstPlayerPage *self)
{
  const GError *error = gtk_media_stream_get_error (self->stream);
  gboolean playable = gtk_media_stream_is_prepared (self->stream) && error == NULL;

  if (error != NULL)
    tst_form_notice_set (self->notice, _("Este equipo no puede reproducirlo. El archivo está guardado y se envía igual."), TRUE);
  if (playable == self->playable)
    return;
  self->playable = playable;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PLAYABLE]);
}

static void
on_saved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = tst_field_book_act_finish (TST_FIELD_BOOK (source), result, &error);
  g_autoptr (TstPlayerPage) self = user_data;

  if (id == NULL)
    {
      g_autofree char *text = tst_message_for_error (error);

      tst_form_notice_set (self->notice, text, TRUE);
      return;
    }
  tst_session_saved (tst_page_get_session (TST_PAGE (self)));
  tst_session_toast (tst_page_get_session (TST_PAGE (self)), _("Guardado en esta tableta"));
  tst_page_leave (TST_PAGE (self));
}

static void
on_save (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstPlayerPage *self = TST_PLAYER_PAGE (widget);
  TstFieldBook *book = tst_session_get_book (tst_page_get_session (TST_PAGE (self)));
  g_autofree char *words = tst_form_get_area (self->words);
  g_autoptr (JsonObject) changes = json_object_new ();

  if (book == NULL)
    return;
  json_object_set_string_member (changes, "alt", words);
  tst_field_book_amend_async (book, tst_json_string (self->row, "id"), changes, NULL, on_saved, g_object_ref (self));
}

static void
show_facts (TstPlayerPage *self)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  const char *taken = tst_json_string (self->row, "taken_at");
  g_autoptr (GDateTime) when = taken != NULL ? tst_format_parse_time (taken, zone) : NULL;
  g_autofree char *date = when != NULL ? tst_format_date (when) : g_strdup ("");
  g_autofree char *clock = when != NULL ? tst_format_clock (when) : g_strdup ("");
  g_autofree char *size = tst_format_size ((double) tst_json_int (self->row, "bytes", 0));
  g_autofree char *text = g_strdup_printf ("%s, %s · %s", date, clock, size);

  gtk_label_set_label (GTK_LABEL (self->facts), text);
}

static void
load (TstPlayerPage *self)
{
  TstFieldBook *book = tst_session_get_book (tst_page_get_session (TST_PAGE (self)));
  const char *hex = tst_json_string (self->row, "sha256");
  g_autofree char *path = NULL;
  TstHash sha256;

  if (book == NULL || hex == NULL || !tst_hash_from_hex (hex, &sha256))
    {
      tst_form_notice_set (self->notice, _("El archivo ya no está en esta tableta."), TRUE);
      return;
    }
  path = tst_media_store_path (tst_field_book_get_media (book), &sha256);
  self->stream = gtk_media_file_new_for_filename (path);
  g_signal_connect_object (self->stream, "notify::prepared", G_CALLBACK (on_prepared), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->stream, "notify::error", G_CALLBACK (on_prepared), self, G_CONNECT_SWAPPED);
  if (is_film (self->row))
    gtk_video_set_media_stream (GTK_VIDEO (self->player), self->stream);
  else
    gtk_media_controls_set_media_stream (GTK_MEDIA_CONTROLS (self->player), self->stream);
  on_prepared (self);
}

static void
tst_player_page_hidden (TstPage *page)
{
  if (TST_PLAYER_PAGE (page)->stream != NULL)
    gtk_media_stream_pause (TST_PLAYER_PAGE (page)->stream);
}

static void
build (TstPlayerPage *self)
{
  GtkWidget *column, *foot, *save;
  const char *alt = tst_json_string (self->row, "alt");

  adw_bin_set_child (ADW_BIN (self), tst_form_page (720, &column, &foot));
  self->notice = tst_form_notice_new ();
  gtk_box_append (GTK_BOX (column), self->notice);
  if (is_film (self->row))
    {
      self->player = gtk_video_new ();
      gtk_widget_set_size_request (self->player, -1, FILM_HEIGHT);
    }
  else
    self->player = gtk_media_controls_new (NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->player), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Reproducir"), -1);
  gtk_box_append (GTK_BOX (column), self->player);
  self->facts = tst_form_text (column, "");
  gtk_widget_add_css_class (self->facts, "dim-label");
  self->words = tst_form_area (column, is_film (self->row) ? _("Qué se ve y qué se oye, en palabras") : _("Lo que se dice, en palabras"), 140);
  if (alt != NULL)
    tst_form_set_area (self->words, alt);
  save = tst_form_button (_("Guardar"), "main suggested-action");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (save), "player.save");
  gtk_box_append (GTK_BOX (foot), save);
}

static void
tst_player_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if ((TstPlayerPageProperty) id == PROP_PLAYABLE)
    g_value_set_boolean (value, TST_PLAYER_PAGE (object)->playable);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tst_player_page_dispose (GObject *object)
{
  TstPlayerPage *self = TST_PLAYER_PAGE (object);

  if (self->stream != NULL)
    gtk_media_stream_pause (self->stream);
  g_clear_object (&self->stream);
  g_clear_pointer (&self->row, json_object_unref);
  G_OBJECT_CLASS (tst_player_page_parent_class)->dispose (object);
}

static void
tst_player_page_class_init (TstPlayerPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = tst_player_page_get_property;
  object_class->dispose = tst_player_page_dispose;
  TST_PAGE_CLASS (klass)->hidden = tst_player_page_hidden;
  properties[PROP_PLAYABLE] = g_param_spec_boolean ("playable", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "player.save", NULL, on_save);
}

static void
tst_player_page_init (TstPlayerPage *self)
{
}

GtkWidget *
tst_player_page_new (TstSession *session, JsonObject *row)
{
  g_autofree char *title = tst_recording_title (row);
  TstPlayerPage *self = g_object_new (TST_TYPE_PLAYER_PAGE, "session", session, "title", title, NULL);

  self->row = json_object_ref (row);
  build (self);
  show_facts (self);
  load (self);
  return GTK_WIDGET (self);
}
