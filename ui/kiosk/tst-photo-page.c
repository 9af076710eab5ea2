/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-photo-page.h"

#include "base/tst-error.h"
#include "format/tst-format.h"
#include "journal/tst-field-book-async.h"
#include "kiosk/tst-drafts.h"
#include "kiosk/tst-messages.h"
#include "kiosk/tst-photo-item.h"
#include "kiosk/tst-place-page.h"
#include "kiosk/tst-recording-player.h"
#include "kiosk/tst-visit-shared.h"
#include "kiosk/tst-work-picker.h"
#include "record/tst-body.h"
#include "widgets/tst-choice.h"
#include "widgets/tst-form.h"
#include "widgets/tst-texture.h"

#include <glib/gi18n.h>
#include <math.h>

#define UNDO_SECONDS 6
#define WIDTH 960

static const char *const members[] = { "caption", "alt", "phase", "item", "work" };
enum
{
  CAPTION,
  ALT,
  PHASE,
  ITEM,
  WORK,
  N_MEMBERS
};

struct _TstPhotoPage
{
  TstPage parent_instance;
  GtkWidget *notice, *undo, *picture, *form, *caption, *alt, *phase, *item, *work_button, *place_label;
  GtkWidget *player; /* (nullable): of a recording, in the place of the picture */
  char *id, *work;
  char *now[N_MEMBERS];    /* as it is saved; NULL: nothing */
  JsonObject *place;       /* the same; (nullable) */
  JsonObject *new_place;   /* (nullable): a pin that was put and not saved yet */
  JsonObject *undo_changes; /* (nullable): what takes the last correction back */
  gboolean typed; /* something was changed since */
  TstSession *session;
  GCancellable *cancellable;
  guint timeout;           /* of a discard that can still be taken back */
  TstDraftKeeper *draft;
  gboolean busy, discarding, discarded;
};

typedef enum
{
  PROP_STANDING = 1,
} TstPhotoPageProperty;

static GParamSpec *properties[PROP_STANDING + 1];

G_DEFINE_FINAL_TYPE (TstPhotoPage, tst_photo_page, TST_TYPE_PAGE)

static void
update (TstPhotoPage *self)
{
  gboolean still = !self->discarding && !self->discarded;

  gtk_widget_set_visible (self->form, still);
  gtk_widget_set_visible (self->undo, self->discarding || (self->undo_changes != NULL && !self->discarded));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "photo.save", still && !self->busy);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "photo.discard", still && !self->busy);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "photo.undo", !self->busy);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STANDING]);
}

static void
set_work (TstPhotoPage *self, const char *code, const char *title)
{
  g_autofree char *label = code != NULL ? g_strdup_printf (_("Obra: %s"), title != NULL ? title : code)
                                        : g_strdup (_("Elegir obra (voluntario)"));
  char *copy = g_strdup (code);

  g_free (self->work);
  self->work = copy;
  gtk_label_set_label (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (self->work_button))), label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->work_button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  tst_draft_keeper_touch (self->draft);
}

static char *
get_member (TstPhotoPage *self, guint at)
{
  char *text;

  switch (at)
    {
    case CAPTION:
      text = tst_form_get_entry (self->caption);
      break;
    case ALT:
      text = self->player != NULL ? tst_form_get_area (self->alt) : tst_form_get_entry (self->alt);
      break;
    case PHASE:
      text = g_strdup (tst_choice_get_value (TST_CHOICE (self->phase)));
      break;
    case ITEM:
      text = g_strdup (tst_choice_get_value (TST_CHOICE (self->item)));
      break;
    default:
      text = g_strdup (self->work);
    }
  if (text != NULL && *text == '\0')
    g_clear_pointer (&text, g_free);
  return text;
}

static void
set_alt (TstPhotoPage *self, const char *text)
{
  if (self->player != NULL)
    tst_form_set_area (self->alt, text != NULL ? text : "");
  else
    gtk_editable_set_text (GTK_EDITABLE (self->alt), text != NULL ? text : "");
}

static void
show_place (TstPhotoPage *self)
{
  JsonObject *place = self->new_place != NULL ? self->new_place : self->place;
  g_autofree char *text = place != NULL ? tst_photo_place_text (tst_json_double (place, "lat", NAN), tst_json_double (place, "lon", NAN),
                                                                tst_json_double (place, "accuracy_m", -1), tst_json_string (place, "source"))
                                        : g_strdup (_("Sin posición"));

  gtk_label_set_label (GTK_LABEL (self->place_label), text);
}

static void
show_members (TstPhotoPage *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->caption), self->now[CAPTION] != NULL ? self->now[CAPTION] : "");
  set_alt (self, self->now[ALT]);
  tst_choice_set_value (TST_CHOICE (self->phase), self->now[PHASE]);
  tst_choice_set_value (TST_CHOICE (self->item), self->now[ITEM]);
  set_work (self, self->now[WORK], NULL);
  show_place (self);
}

/* --- what is begun and not saved --- */

static void
on_changed (TstPhotoPage *self)
{
  self->typed = TRUE;
  tst_draft_keeper_touch (self->draft);
}

static JsonObject *
collect (gpointer page)
{
  TstPhotoPage *self = page;
  g_autoptr (JsonObject) content = json_object_new ();

  for (guint i = 0; i < N_MEMBERS; i++)
    {
      g_autofree char *text = get_member (self, i);

      if (g_strcmp0 (text, self->now[i]) != 0)
        json_object_set_string_member (content, members[i], text != NULL ? text : "");
    }
  if (self->new_place != NULL)
    json_object_set_object_member (content, "place", json_object_ref (self->new_place));
  return json_object_get_size (content) > 0 ? g_steal_pointer (&content) : NULL;
}

static void
restore (gpointer page, JsonObject *content)
{
  TstPhotoPage *self = page;
  JsonObject *place = tst_json_object (content, "place");
  g_autoptr (JsonObject) left = NULL;

  if (json_object_has_member (content, "caption"))
    gtk_editable_set_text (GTK_EDITABLE (self->caption), tst_json_string (content, "caption"));
  if (json_object_has_member (content, "alt"))
    set_alt (self, tst_json_string (content, "alt"));
  if (json_object_has_member (content, "phase"))
    tst_choice_set_value (TST_CHOICE (self->phase), tst_json_string (content, "phase"));
  if (json_object_has_member (content, "item"))
    tst_choice_set_value (TST_CHOICE (self->item), tst_json_string (content, "item"));
  if (json_object_has_member (content, "work"))
    {
      const char *work = tst_json_string (content, "work");

      set_work (self, work != NULL && *work != '\0' ? work : NULL, NULL);
    }
  if (place != NULL)
    {
      g_clear_pointer (&self->new_place, json_object_unref);
      self->new_place = json_object_ref (place);
      show_place (self);
    }
  /* The end may have come between saving and forgetting the draft. */
  left = collect (self);
  if (left != NULL)
    tst_draft_keeper_offer (self->draft, self->notice, NULL);
}

/* --- correcting --- */

static void
set_place_change (JsonObject *changes, JsonObject *place)
{
  if (place != NULL)
    json_object_set_object_member (changes, "place", json_object_ref (place));
  else
    json_object_set_null_member (changes, "place");
}

static void
set_change (JsonObject *changes, const char *name, const char *text)
{
  if (text != NULL)
    json_object_set_string_member (changes, name, text);
  else
    json_object_set_null_member (changes, name);
}

typedef struct
{
  TstPhotoPage *page;
  char *now[N_MEMBERS];
  JsonObject *place; /* (nullable) */
  JsonObject *undo; /* (nullable): this one is itself an undoing */
} Amending;

static void
amending_free (Amending *amending)
{
  for (guint i = 0; i < N_MEMBERS; i++)
    g_free (amending->now[i]);
  g_clear_pointer (&amending->place, json_object_unref);
  g_clear_pointer (&amending->undo, json_object_unref);
  g_object_unref (amending->page);
  g_free (amending);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Amending, amending_free)

static void
on_amended (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Amending) amending = user_data;
  TstPhotoPage *self = amending->page;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = tst_field_book_act_finish (TST_FIELD_BOOK (source), result, &error);

  self->busy = FALSE;
  if (self->cancellable == NULL)
    return;
  if (id == NULL)
    {
      g_autofree char *text = tst_message_for_error (error);

      tst_form_notice_set (self->notice, text, TRUE);
      update (self);
      return;
    }
  for (guint i = 0; i < N_MEMBERS; i++)
    {
      g_free (self->now[i]);
      self->now[i] = g_steal_pointer (&amending->now[i]);
    }
  g_clear_pointer (&self->place, json_object_unref);
  self->place = g_steal_pointer (&amending->place);
  g_clear_pointer (&self->new_place, json_object_unref);
  g_clear_pointer (&self->undo_changes, json_object_unref);
  self->undo_changes = g_steal_pointer (&amending->undo);
  if (self->undo_changes == NULL)
    show_members (self);
  self->typed = FALSE;
  tst_draft_keeper_touch (self->draft);
  tst_form_notice_set (self->notice, self->undo_changes != NULL ? _("Cambio guardado") : _("Cambio deshecho"), FALSE);
  update (self);
  tst_session_saved (self->session);
}

static void
amend (TstPhotoPage *self, JsonObject *changes, Amending *amending)
{
  self->busy = TRUE;
  update (self);
  tst_field_book_amend_async (tst_session_get_book (self->session), self->id, changes, NULL, on_amended, amending);
}

static void
on_save (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstPhotoPage *self = TST_PHOTO_PAGE (widget);
  g_autoptr (JsonObject) changes = json_object_new ();
  Amending *amending;

  if (self->busy || self->discarding || self->discarded || tst_session_get_book (self->session) == NULL)
    return;
  amending = g_new0 (Amending, 1);
  amending->page = g_object_ref (self);
  amending->undo = json_object_new ();
  for (guint i = 0; i < N_MEMBERS; i++)
    {
      amending->now[i] = get_member (self, i);
      if (g_strcmp0 (amending->now[i], self->now[i]) == 0)
        continue;
      set_change (changes, members[i], amending->now[i]);
      set_change (amending->undo, members[i], self->now[i]);
    }
  amending->place = self->place != NULL ? json_object_ref (self->place) : NULL;
  if (self->new_place != NULL)
    {
      g_clear_pointer (&amending->place, json_object_unref);
      amending->place = json_object_ref (self->new_place);
      set_place_change (changes, self->new_place);
      set_place_change (amending->undo, self->place);
    }
  if (json_object_get_size (changes) == 0)
    {
      amending_free (amending);
      tst_form_notice_set (self->notice, _("No hay cambios que guardar."), FALSE);
      return;
    }
  amend (self, changes, amending);
}

static void
undo_amend (TstPhotoPage *self)
{
  g_autoptr (JsonObject) changes = g_steal_pointer (&self->undo_changes);
  Amending *amending = g_new0 (Amending, 1);
  JsonObject *place;

  amending->page = g_object_ref (self);
  for (guint i = 0; i < N_MEMBERS; i++)
    amending->now[i] = g_strdup (json_object_has_member (changes, members[i]) ? tst_json_string (changes, members[i]) : self->now[i]);
  place = json_object_has_member (changes, "place") ? tst_json_object (changes, "place") : self->place;
  amending->place = place != NULL ? json_object_ref (place) : NULL;
  amend (self, changes, amending);
}

/* --- discarding --- */

static void
on_discarded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstPhotoPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (TstSession) session = g_object_ref (self->session);
  g_autofree char *id = tst_field_book_act_finish (TST_FIELD_BOOK (source), result, &error);

  self->busy = FALSE;
  self->discarding = FALSE;
  if (id != NULL)
    {
      self->discarded = TRUE;
      tst_draft_keeper_done (self->draft);
      tst_session_saved (session);
      tst_session_toast (session, _("Descartada."));
    }
  else
    tst_session_toast (session, tst_message_for_code (tst_error_code (error)));
  if (self->cancellable == NULL)
    return;
  update (self);
  if (self->discarded)
    tst_page_leave (TST_PAGE (self));
}

static void
discard_now (TstPhotoPage *self)
{
  TstFieldBook *book = tst_session_get_book (self->session);

  g_clear_handle_id (&self->timeout, g_source_remove);
  if (!self->discarding || self->busy || book == NULL)
    return;
  self->busy = TRUE;
  tst_field_book_discard_async (book, self->id, NULL, on_discarded, g_object_ref (self));
}

static gboolean
on_timeout (gpointer user_data)
{
  TstPhotoPage *self = user_data;

  self->timeout = 0;
  discard_now (self);
  return G_SOURCE_REMOVE;
}

static void
on_discard (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstPhotoPage *self = TST_PHOTO_PAGE (widget);

  if (self->busy || self->discarding || self->discarded)
    return;
  self->discarding = TRUE;
  self->timeout = g_timeout_add_seconds (UNDO_SECONDS, on_timeout, self);
  tst_form_notice_set (self->notice, _("Se descarta en unos segundos. Si no era lo que quería, toque «Deshacer»."), TRUE);
  update (self);
}

static void
on_undo (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstPhotoPage *self = TST_PHOTO_PAGE (widget);

  if (self->busy)
    return;
  if (self->discarding)
    {
      g_clear_handle_id (&self->timeout, g_source_remove);
      self->discarding = FALSE;
      tst_form_notice_set (self->notice, _("Se conserva."), FALSE);
      update (self);
    }
  else if (self->undo_changes != NULL)
    undo_amend (self);
}

/* --- the widget --- */

static void
on_work (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstPhotoPage *self = TST_PHOTO_PAGE (widget);
  GtkWidget *picker = tst_work_picker_new (self->session);

  g_signal_connect_object (picker, "picked", G_CALLBACK (set_work), self, G_CONNECT_SWAPPED);
  tst_page_push (TST_PAGE (self), TST_PAGE (picker));
}

static void
on_placed (TstPhotoPage *self, double lat, double lon)
{
  g_clear_pointer (&self->new_place, json_object_unref);
  if (!isnan (lat))
    {
      self->new_place = json_object_new ();
      json_object_set_double_member (self->new_place, "lat", lat);
      json_object_set_double_member (self->new_place, "lon", lon);
      json_object_set_string_member (self->new_place, "source", "pin");
    }
  show_place (self);
  on_changed (self);
}

static void
on_place (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstPhotoPage *self = TST_PHOTO_PAGE (widget);
  JsonObject *place = self->new_place != NULL ? self->new_place : self->place;
  GtkWidget *page = tst_place_page_new (self->session, NULL, place != NULL ? tst_json_double (place, "lat", NAN) : NAN,
                                        place != NULL ? tst_json_double (place, "lon", NAN) : NAN, self->work);

  g_signal_connect_object (page, "placed", G_CALLBACK (on_placed), self, G_CONNECT_SWAPPED);
  tst_page_push (TST_PAGE (self), TST_PAGE (page));
}

/* The next visit comes back to where this one was taken. */
static void
on_viewpoint (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstPhotoPage *self = TST_PHOTO_PAGE (widget);

  if (self->work == NULL || self->place == NULL)
    {
      tst_form_notice_set (self->notice, _("Para volver a este lugar, la foto necesita una obra y una posición. Póngalas y guarde los cambios."), TRUE);
      return;
    }
  tst_visit_save_viewpoint (TST_PAGE (self), self->id, self->work);
}

static void
on_texture (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkTexture) texture = tst_texture_load_finish (result, &error);

  if (texture != NULL)
    gtk_picture_set_paintable (GTK_PICTURE (TST_PHOTO_PAGE (user_data)->picture), GDK_PAINTABLE (texture));
}

static void
tst_photo_page_hidden (TstPage *page)
{
  if (TST_PHOTO_PAGE (page)->player != NULL)
    tst_recording_player_pause (TST_RECORDING_PLAYER (TST_PHOTO_PAGE (page)->player));
  /* Whoever goes on has made up their mind. */
  discard_now (TST_PHOTO_PAGE (page));
}

static void
tst_photo_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TstPhotoPage *self = TST_PHOTO_PAGE (object);

  if ((TstPhotoPageProperty) id == PROP_STANDING)
    g_value_set_static_string (value, self->discarded ? "discarded" : self->discarding ? "discarding" : "valid");
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tst_photo_page_dispose (GObject *object)
{
  TstPhotoPage *self = TST_PHOTO_PAGE (object);

  g_clear_handle_id (&self->timeout, g_source_remove);
  g_clear_pointer (&self->draft, tst_draft_keeper_free);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (tst_photo_page_parent_class)->dispose (object);
}

static void
tst_photo_page_finalize (GObject *object)
{
  TstPhotoPage *self = TST_PHOTO_PAGE (object);

  g_clear_object (&self->session);
  g_clear_pointer (&self->undo_changes, json_object_unref);
  g_clear_pointer (&self->place, json_object_unref);
  g_clear_pointer (&self->new_place, json_object_unref);
  for (guint i = 0; i < N_MEMBERS; i++)
    g_free (self->now[i]);
  g_free (self->id);
  g_free (self->work);
  G_OBJECT_CLASS (tst_photo_page_parent_class)->finalize (object);
}

static void
tst_photo_page_class_init (TstPhotoPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = tst_photo_page_get_property;
  object_class->dispose = tst_photo_page_dispose;
  object_class->finalize = tst_photo_page_finalize;
  TST_PAGE_CLASS (klass)->hidden = tst_photo_page_hidden;
  properties[PROP_STANDING] = g_param_spec_string ("standing", NULL, NULL, "valid", G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  gtk_widget_class_install_action (widget_class, "photo.save", NULL, on_save);
  gtk_widget_class_install_action (widget_class, "photo.work", NULL, on_work);
  gtk_widget_class_install_action (widget_class, "photo.place", NULL, on_place);
  gtk_widget_class_install_action (widget_class, "photo.viewpoint", NULL, on_viewpoint);
  gtk_widget_class_install_action (widget_class, "photo.discard", NULL, on_discard);
  gtk_widget_class_install_action (widget_class, "photo.undo", NULL, on_undo);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_s, GDK_CONTROL_MASK, "photo.save", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_z, GDK_CONTROL_MASK, "photo.undo", NULL);
}

/* A text that has the focus takes the key for its own letters, even when there is nothing to take back in it. */
static gboolean
on_undo_key (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  TstPhotoPage *self = TST_PHOTO_PAGE (widget);

  if (!self->discarding && (self->undo_changes == NULL || self->typed))
    return FALSE;
  on_undo (widget, NULL, NULL);
  return TRUE;
}

static void
tst_photo_page_init (TstPhotoPage *self)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();

  self->cancellable = g_cancellable_new ();
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys),
                                        gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_z, GDK_CONTROL_MASK),
                                                          gtk_callback_action_new (on_undo_key, NULL, NULL)));
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

/* When it was taken, and its size. */
static void
add_facts (GtkWidget *column, JsonObject *row)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  const char *taken = tst_json_string (row, "taken_at");
  g_autoptr (GDateTime) when = taken != NULL ? tst_format_parse_time (taken, zone) : NULL;
  g_autofree char *size = tst_format_size ((double) tst_json_int (row, "bytes", 0));
  g_autofree char *date = when != NULL ? tst_format_date (when) : NULL;
  g_autofree char *clock = when != NULL ? tst_format_clock (when) : NULL;
  g_autofree char *text = when != NULL ? g_strdup_printf ("%s, %s · %s", date, clock, size) : g_strdup (size);

  gtk_widget_add_css_class (tst_form_text (column, text), "dim-label");
}

static void
build (TstPhotoPage *self, JsonObject *row)
{
  g_autofree char *lang = g_settings_get_string (tst_session_get_settings (self->session), "language");
  GtkWidget *column, *foot, *button;
  const char *name = self->now[ALT] != NULL ? self->now[ALT] : self->now[CAPTION];
  const gboolean recording = tst_recording_is (row);

  adw_bin_set_child (ADW_BIN (self), tst_form_page (860, &column, &foot));
  self->notice = tst_form_notice_new ();
  gtk_box_append (GTK_BOX (column), self->notice);
  self->undo = tst_form_button (_("Deshacer"), NULL);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->undo), "photo.undo");
  gtk_box_append (GTK_BOX (column), self->undo);
  if (recording)
    {
      self->player = tst_recording_player_new ();
      gtk_box_append (GTK_BOX (column), self->player);
    }
  else
    {
      self->picture = gtk_picture_new ();
      gtk_picture_set_content_fit (GTK_PICTURE (self->picture), GTK_CONTENT_FIT_CONTAIN);
      gtk_widget_set_size_request (self->picture, -1, 260);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->picture), GTK_ACCESSIBLE_PROPERTY_LABEL, name != NULL ? name : _("Foto"), -1);
      gtk_box_append (GTK_BOX (column), self->picture);
    }
  add_facts (column, row);
  self->place_label = tst_form_text (column, "");
  gtk_widget_add_css_class (self->place_label, "dim-label");

  self->form = gtk_box_new (GTK_ORIENTATION_VERTICAL, 14);
  gtk_box_append (GTK_BOX (column), self->form);
  self->caption = tst_form_entry (self->form, recording ? _("Qué muestra o qué se oye") : _("Qué muestra esta foto"), GTK_INPUT_PURPOSE_FREE_FORM);
  if (recording)
    self->alt = tst_form_area (self->form, tst_recording_is_film (row) ? _("Qué se ve y qué se oye, en palabras") : _("Lo que se dice, en palabras"), 140);
  else
    self->alt = tst_form_entry (self->form, _("Descríbala para quien no puede verla"), GTK_INPUT_PURPOSE_FREE_FORM);
  self->phase = tst_choice_new (_("Momento de la obra"), TST_LIST_PHASE, lang, FALSE);
  self->item = tst_choice_new (_("Parte de la obra"), TST_LIST_WORK_ITEM, lang, FALSE);
  gtk_box_append (GTK_BOX (self->form), self->phase);
  gtk_box_append (GTK_BOX (self->form), self->item);
  self->work_button = tst_form_button ("", NULL);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->work_button), "photo.work");
  gtk_box_append (GTK_BOX (self->form), self->work_button);
  button = tst_form_button (_("Corregir la posición en el mapa"), NULL);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "photo.place");
  gtk_box_append (GTK_BOX (self->form), button);
  button = tst_form_button (_("Guardar este lugar como punto fotográfico"), NULL);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "photo.viewpoint");
  gtk_widget_set_visible (button, !recording);
  gtk_box_append (GTK_BOX (self->form), button);
  button = tst_form_button (recording ? _("Descartar") : _("Descartar esta foto"), "destructive-action");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "photo.discard");
  gtk_box_append (GTK_BOX (self->form), button);

  button = tst_form_button (_("Guardar cambios"), "main suggested-action");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "photo.save");
  gtk_box_append (GTK_BOX (foot), button);
}

GtkWidget *
tst_photo_page_new (TstSession *session, JsonObject *row)
{
  g_autofree char *title = tst_recording_is (row) ? tst_recording_title (row) : g_strdup (_("Foto"));
  TstPhotoPage *self = g_object_new (TST_TYPE_PHOTO_PAGE, "session", session, "title", title, NULL);
  TstFieldBook *book = tst_session_get_book (session);
  const char *sha256 = tst_json_string (row, "sha256");
  g_autofree char *key = NULL;
  TstHash hash;

  self->session = g_object_ref (session);
  self->id = g_strdup (tst_json_string (row, "id"));
  for (guint i = 0; i < N_MEMBERS; i++)
    self->now[i] = g_strdup (tst_json_string (row, members[i]));
  if (tst_json_object (row, "place") != NULL)
    self->place = json_object_ref (tst_json_object (row, "place"));
  build (self, row);
  show_members (self);
  update (self);
  g_signal_connect_swapped (self->caption, "changed", G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (self->player != NULL ? (gpointer) gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->alt)) : self->alt, "changed",
                            G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (self->phase, "notify::value", G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (self->item, "notify::value", G_CALLBACK (on_changed), self);
  key = g_strconcat ("correct-", self->id, NULL);
  self->draft = tst_draft_keeper_new (TST_PAGE (self), key, FALSE, collect, restore);
  if (self->player != NULL)
    tst_recording_player_set (TST_RECORDING_PLAYER (self->player), book, row);
  else if (book != NULL && sha256 != NULL && tst_hash_from_hex (sha256, &hash))
    {
      g_autofree char *path = tst_media_store_path (tst_field_book_get_media (book), &hash);

      tst_texture_load_async (path, WIDTH, self->cancellable, on_texture, self);
    }
  return GTK_WIDGET (self);
}
