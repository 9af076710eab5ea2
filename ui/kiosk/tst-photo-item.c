/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-photo-item.h"

#include "base/tst-error.h"
#include "format/tst-format.h"
#include "kiosk/tst-messages.h"
#include "kiosk/tst-photo-shared.h"
#include "record/tst-body.h"
#include "widgets/tst-form.h"
#include "widgets/tst-texture.h"
#include "widgets/tst-wrap.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <math.h>

#define PREVIEW_WIDTH 320

struct _TstPhotoItem
{
  GtkWidget parent_instance;
  GtkWidget *box, *picture, *facts, *status, *caption, *alt, *fields, *place, *remove;
  char *path, *name, *state, *code;
  char *caption_text, *alt_text, *message; /* until there are widgets for them */
  TstImageInfo *info; /* (nullable): what the file tells, once it was read */
  double pin_lat, pin_lon; /* NAN: none */
  gboolean temporary, asked;
  GCancellable *cancellable;
};

typedef enum
{
  PROP_CODE = 1,
  PROP_STATE,
} TstPhotoItemProperty;

static GParamSpec *properties[PROP_STATE + 1];

enum
{
  CHANGED,
  REMOVE,
  PLACE,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TstPhotoItem, tst_photo_item, GTK_TYPE_WIDGET)

/* --- in words --- */

static const char *
source_words (const char *source)
{
  if (g_strcmp0 (source, "exif") == 0)
    return _("posición de la foto");
  if (g_strcmp0 (source, "gnss") == 0)
    return _("posición de la tableta");
  if (g_strcmp0 (source, "pin") == 0)
    return _("posición puesta a mano");
  if (g_strcmp0 (source, "work") == 0)
    return _("posición de la obra");
  return _("posición aproximada por la red");
}

char *
tst_photo_place_text (double latitude, double longitude, double accuracy_m, const char *source)
{
  g_autofree char *position = NULL;
  g_autofree char *near = NULL;

  if (isnan (latitude) || isnan (longitude))
    return g_strdup (_("Sin posición"));
  position = tst_format_position (latitude, longitude);
  near = accuracy_m >= 0 ? tst_format_number (ceil (accuracy_m), 0) : NULL;
  if (near != NULL)
    return g_strdup_printf (_("%s · ±%s m · %s"), position, near, source_words (source));
  return g_strdup_printf (_("%s · %s"), position, source_words (source));
}

static char *
facts_of (TstPhotoItem *self)
{
  const TstImageInfo *info = self->info;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *place = isnan (self->pin_lat)
                             ? tst_photo_place_text (info->has_position ? info->latitude : NAN, info->longitude,
                                                     info->has_accuracy ? info->accuracy_m : -1, "exif")
                             : tst_photo_place_text (self->pin_lat, self->pin_lon, -1, "pin");

  if (info->has_taken_at)
    {
      g_autoptr (GDateTime) when = g_date_time_new_utc (info->year, info->month, info->day, info->hour, info->minute, info->second);
      g_autofree char *date = when != NULL ? tst_format_date (when) : NULL;
      g_autofree char *clock = when != NULL ? tst_format_clock (when) : NULL;

      if (date != NULL)
        g_string_append_printf (text, _("Tomada el %s, %s"), date, clock);
    }
  if (text->len == 0)
    g_string_append (text, _("Sin fecha de la cámara"));
  g_string_append_printf (text, "\n%s", place);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
show_facts (TstPhotoItem *self)
{
  g_autofree char *facts = NULL;

  if (self->box == NULL || self->info == NULL)
    return;
  facts = facts_of (self);
  gtk_label_set_label (GTK_LABEL (self->facts), facts);
}

/* --- reading, on other threads --- */

static void
on_texture (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkTexture) texture = tst_texture_load_finish (result, &error);
  TstPhotoItem *self = user_data;

  if (tst_message_is_cancelled (error))
    return;
  if (texture != NULL)
    gtk_picture_set_paintable (GTK_PICTURE (self->picture), GDK_PAINTABLE (texture));
  else if (g_strcmp0 (self->state, "saving") != 0 && g_strcmp0 (self->state, "saved") != 0)
    /* What cannot be shown may be evidence all the same: it is said, and the field book decides. */
    tst_photo_item_set_state (self, "refused", error);
}

static void
read_info (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  TstImageInfo *info = tst_image_info_read (data, &error);

  if (info != NULL)
    g_task_return_pointer (task, info, (GDestroyNotify) tst_image_info_free);
  else
    g_task_return_error (task, error);
}

static void
on_info (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  TstImageInfo *info = g_task_propagate_pointer (G_TASK (result), &error);
  TstPhotoItem *self = user_data;

  if (tst_message_is_cancelled (error))
    return;
  if (info == NULL)
    {
      tst_photo_item_set_state (self, "refused", error);
      return;
    }
  self->info = info;
  show_facts (self);
  if (g_strcmp0 (self->state, "reading") == 0)
    tst_photo_item_set_state (self, "ready", NULL);
  tst_texture_load_async (self->path, PREVIEW_WIDTH, self->cancellable, on_texture, self);
}

/* Only what comes onto the screen is read ahead. */
static void
tst_photo_item_map (GtkWidget *widget)
{
  TstPhotoItem *self = TST_PHOTO_ITEM (widget);

  GTK_WIDGET_CLASS (tst_photo_item_parent_class)->map (widget);
  if (!self->asked)
    {
      g_autoptr (GTask) task = g_task_new (NULL, self->cancellable, on_info, self);

      self->asked = TRUE;
      g_task_set_task_data (task, g_strdup (self->path), g_free);
      g_task_run_in_thread (task, read_info);
    }
}

/* --- the widget --- */

static void
on_changed (TstPhotoItem *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
on_remove (TstPhotoItem *self)
{
  g_signal_emit (self, signals[REMOVE], 0);
}

static void
on_place (TstPhotoItem *self)
{
  g_signal_emit (self, signals[PLACE], 0);
}

static void
tst_photo_item_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TstPhotoItem *self = TST_PHOTO_ITEM (object);

  switch ((TstPhotoItemProperty) id)
    {
    case PROP_CODE:
      g_value_set_string (value, self->code);
      break;
    case PROP_STATE:
      g_value_set_string (value, self->state);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tst_photo_item_dispose (GObject *object)
{
  TstPhotoItem *self = TST_PHOTO_ITEM (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (tst_photo_item_parent_class)->dispose (object);
}

static void
tst_photo_item_finalize (GObject *object)
{
  TstPhotoItem *self = TST_PHOTO_ITEM (object);

  g_clear_pointer (&self->info, tst_image_info_free);
  g_free (self->path);
  g_free (self->name);
  g_free (self->state);
  g_free (self->code);
  g_free (self->caption_text);
  g_free (self->alt_text);
  g_free (self->message);
  G_OBJECT_CLASS (tst_photo_item_parent_class)->finalize (object);
}

static void
tst_photo_item_class_init (TstPhotoItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = tst_photo_item_get_property;
  object_class->dispose = tst_photo_item_dispose;
  object_class->finalize = tst_photo_item_finalize;
  widget_class->map = tst_photo_item_map;
  properties[PROP_CODE] = g_param_spec_string ("code", NULL, NULL, "", flags);
  properties[PROP_STATE] = g_param_spec_string ("state", NULL, NULL, "reading", flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  signals[CHANGED] = g_signal_new ("changed", TST_TYPE_PHOTO_ITEM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[REMOVE] = g_signal_new ("remove", TST_TYPE_PHOTO_ITEM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[PLACE] = g_signal_new ("place", TST_TYPE_PHOTO_ITEM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
tst_photo_item_init (TstPhotoItem *self)
{
  self->cancellable = g_cancellable_new ();
  self->state = g_strdup ("reading");
  self->code = g_strdup ("");
  self->pin_lat = self->pin_lon = NAN;
}

static void
show_state (TstPhotoItem *self)
{
  gboolean open = g_str_equal (self->state, "ready") || g_str_equal (self->state, "reading");
  gboolean refused = *self->code != '\0';

  if (self->box == NULL)
    return;
  tst_form_notice_set (self->status, self->message, refused);
  if (refused)
    gtk_label_set_label (GTK_LABEL (self->facts), "");
  gtk_widget_set_visible (self->fields, open);
  gtk_widget_set_visible (self->picture, !refused);
  gtk_widget_set_visible (self->remove, open || refused);
}

/* No wider than its words and no narrower than it must: a button whose words wrap would be as narrow as its longest word. */
static GtkWidget *
alone (GtkWidget *button)
{
  GtkWidget *wrap = tst_wrap_new ();

  tst_wrap_append (TST_WRAP (wrap), button);
  return wrap;
}

void
tst_photo_item_build (TstPhotoItem *self)
{
  GtkWidget *texts, *heading;
  g_autofree char *label = NULL;

  g_return_if_fail (TST_IS_PHOTO_ITEM (self));
  if (self->box != NULL)
    return;
  texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);
  gtk_widget_add_css_class (self->box, "card");
  gtk_widget_add_css_class (self->box, "padded");
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  self->picture = gtk_picture_new ();
  gtk_picture_set_content_fit (GTK_PICTURE (self->picture), GTK_CONTENT_FIT_CONTAIN);
  gtk_widget_set_size_request (self->picture, -1, 180);
  gtk_box_append (GTK_BOX (self->box), self->picture);
  gtk_box_append (GTK_BOX (self->box), texts);
  self->facts = tst_form_text (texts, _("Leyendo el archivo…"));
  gtk_widget_add_css_class (self->facts, "dim-label");
  self->status = tst_form_notice_new ();
  gtk_box_append (GTK_BOX (texts), self->status);
  self->fields = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  gtk_box_append (GTK_BOX (texts), self->fields);
  self->caption = tst_form_entry (self->fields, _("Qué muestra esta foto"), GTK_INPUT_PURPOSE_FREE_FORM);
  self->alt = tst_form_entry (self->fields, _("Descríbala para quien no puede verla"), GTK_INPUT_PURPOSE_FREE_FORM);
  g_signal_connect_swapped (self->caption, "changed", G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (self->alt, "changed", G_CALLBACK (on_changed), self);
  self->place = tst_form_button (_("Poner en el mapa"), "flat");
  g_signal_connect_swapped (self->place, "clicked", G_CALLBACK (on_place), self);
  gtk_box_append (GTK_BOX (self->fields), alone (self->place));
  self->remove = tst_form_button (_("Quitar de la lista"), "flat");
  g_signal_connect_swapped (self->remove, "clicked", G_CALLBACK (on_remove), self);
  gtk_box_append (GTK_BOX (texts), alone (self->remove));

  heading = gtk_label_new (self->name);
  label = g_strdup_printf (_("Quitar %s de la lista"), self->name);
  gtk_label_set_xalign (GTK_LABEL (heading), 0);
  gtk_label_set_ellipsize (GTK_LABEL (heading), PANGO_ELLIPSIZE_MIDDLE);
  gtk_widget_add_css_class (heading, "heading");
  gtk_box_prepend (GTK_BOX (self->box), heading);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->picture), GTK_ACCESSIBLE_PROPERTY_LABEL, self->name, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->remove), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_free (label);
  label = g_strdup_printf (_("Poner %s en el mapa"), self->name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->place), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  tst_photo_item_set_texts (self, self->caption_text, self->alt_text);
  show_facts (self);
  show_state (self);
}

GtkWidget *
tst_photo_item_new (const char *path, const char *name, gboolean temporary)
{
  TstPhotoItem *self = g_object_new (TST_TYPE_PHOTO_ITEM, NULL);

  self->path = g_strdup (path);
  self->name = g_strdup (name);
  self->temporary = temporary;
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  return GTK_WIDGET (self);
}

const char *
tst_photo_item_get_path (TstPhotoItem *self)
{
  return self->path;
}

const char *
tst_photo_item_get_name (TstPhotoItem *self)
{
  return self->name;
}

void
tst_photo_item_forget (TstPhotoItem *self)
{
  g_return_if_fail (TST_IS_PHOTO_ITEM (self));
  if (self->temporary)
    g_unlink (self->path);
}

const char *
tst_photo_item_get_state (TstPhotoItem *self)
{
  return self->state;
}

const char *
tst_photo_item_get_code (TstPhotoItem *self)
{
  return self->code;
}

char *
tst_photo_item_dup_caption (TstPhotoItem *self)
{
  return self->box != NULL ? tst_form_get_entry (self->caption) : g_strdup (self->caption_text != NULL ? self->caption_text : "");
}

char *
tst_photo_item_dup_alt (TstPhotoItem *self)
{
  return self->box != NULL ? tst_form_get_entry (self->alt) : g_strdup (self->alt_text != NULL ? self->alt_text : "");
}

void
tst_photo_item_set_texts (TstPhotoItem *self, const char *caption, const char *alt)
{
  g_autofree char *new_caption = g_strdup (caption);
  g_autofree char *new_alt = g_strdup (alt);

  g_return_if_fail (TST_IS_PHOTO_ITEM (self));
  if (self->box == NULL)
    {
      g_free (self->caption_text);
      self->caption_text = g_steal_pointer (&new_caption);
      g_free (self->alt_text);
      self->alt_text = g_steal_pointer (&new_alt);
      return;
    }
  gtk_editable_set_text (GTK_EDITABLE (self->caption), new_caption != NULL ? new_caption : "");
  gtk_editable_set_text (GTK_EDITABLE (self->alt), new_alt != NULL ? new_alt : "");
}

void
tst_photo_item_get_pin (TstPhotoItem *self, double *lat, double *lon)
{
  g_return_if_fail (TST_IS_PHOTO_ITEM (self));
  *lat = self->pin_lat;
  *lon = self->pin_lon;
}

void
tst_photo_item_set_pin (TstPhotoItem *self, double lat, double lon)
{
  g_return_if_fail (TST_IS_PHOTO_ITEM (self));
  self->pin_lat = lat;
  self->pin_lon = lon;
  show_facts (self);
}

void
tst_photo_item_get_place (TstPhotoItem *self, double *lat, double *lon)
{
  gboolean told = self->info != NULL && self->info->has_position;

  tst_photo_item_get_pin (self, lat, lon);
  if (!isnan (*lat))
    return;
  *lat = told ? self->info->latitude : NAN;
  *lon = told ? self->info->longitude : NAN;
}

JsonObject *
tst_photo_item_collect (TstPhotoItem *self)
{
  g_autofree char *caption = NULL, *alt = NULL;
  JsonObject *file;

  g_return_val_if_fail (TST_IS_PHOTO_ITEM (self), NULL);
  caption = tst_photo_item_dup_caption (self);
  alt = tst_photo_item_dup_alt (self);
  file = json_object_new ();
  json_object_set_string_member (file, "path", self->path);
  json_object_set_string_member (file, "name", self->name);
  json_object_set_boolean_member (file, "temporary", self->temporary);
  json_object_set_string_member (file, "caption", caption);
  json_object_set_string_member (file, "alt", alt);
  tst_photo_pin_collect (file, self->pin_lat, self->pin_lon);
  return file;
}

void
tst_photo_item_restore (TstPhotoItem *self, JsonObject *file)
{
  double lat, lon;

  g_return_if_fail (TST_IS_PHOTO_ITEM (self));
  tst_photo_item_set_texts (self, tst_json_string (file, "caption"), tst_json_string (file, "alt"));
  tst_photo_pin_restore (file, &lat, &lon);
  tst_photo_item_set_pin (self, lat, lon);
}

void
tst_photo_item_set_state (TstPhotoItem *self, const char *state, const GError *error)
{
  g_return_if_fail (TST_IS_PHOTO_ITEM (self));
  g_free (self->state);
  self->state = g_strdup (state);
  g_free (self->code);
  self->code = g_strdup (error != NULL ? tst_error_code (error) : "");
  g_clear_pointer (&self->message, g_free);
  if (error != NULL)
    self->message = tst_message_for_error (error);
  else if (g_str_equal (state, "saving"))
    self->message = g_strdup (_("Guardando…"));
  else if (g_str_equal (state, "saved"))
    self->message = g_strdup (_("Guardado"));
  show_state (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CODE]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}
