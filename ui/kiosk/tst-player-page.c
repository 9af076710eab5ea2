/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-player-page.h"

#include "format/tst-format.h"
#include "journal/tst-field-book-async.h"
#include "kiosk/tst-messages.h"
#include "kiosk/tst-recording-player.h"
#include "record/tst-body.h"
#include "widgets/tst-form.h"

#include <glib/gi18n.h>

struct _TstPlayerPage
{
  TstPage parent_instance;
  GtkWidget *notice, *facts, *player, *words;
  JsonObject *row;
};

typedef enum
{
  PROP_PLAYABLE = 1,
} TstPlayerPageProperty;

static GParamSpec *properties[PROP_PLAYABLE + 1];

G_DEFINE_FINAL_TYPE (TstPlayerPage, tst_player_page, TST_TYPE_PAGE)

static void
on_playable (TstPlayerPage *self)
{
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
tst_player_page_hidden (TstPage *page)
{
  tst_recording_player_pause (TST_RECORDING_PLAYER (TST_PLAYER_PAGE (page)->player));
}

static void
build (TstPlayerPage *self)
{
  GtkWidget *column, *foot, *save;
  const char *alt = tst_json_string (self->row, "alt");

  adw_bin_set_child (ADW_BIN (self), tst_form_page (720, &column, &foot));
  self->notice = tst_form_notice_new ();
  self->player = tst_recording_player_new ();
  g_signal_connect_object (self->player, "notify::playable", G_CALLBACK (on_playable), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (column), self->player);
  self->facts = tst_form_text (column, "");
  gtk_widget_add_css_class (self->facts, "dim-label");
  self->words = tst_form_area (column, tst_recording_is_film (self->row) ? _("Qué se ve y qué se oye, en palabras") : _("Lo que se dice, en palabras"), 140);
  if (alt != NULL)
    tst_form_set_area (self->words, alt);
  gtk_box_append (GTK_BOX (column), self->notice);
  save = tst_form_button (_("Guardar"), "main suggested-action");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (save), "player.save");
  gtk_box_append (GTK_BOX (foot), save);
}

static void
tst_player_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if ((TstPlayerPageProperty) id == PROP_PLAYABLE)
    g_value_set_boolean (value, tst_recording_player_get_playable (TST_RECORDING_PLAYER (TST_PLAYER_PAGE (object)->player)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tst_player_page_dispose (GObject *object)
{
  TstPlayerPage *self = TST_PLAYER_PAGE (object);

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
  tst_recording_player_set (TST_RECORDING_PLAYER (self->player), tst_session_get_book (session), row);
  return GTK_WIDGET (self);
}
