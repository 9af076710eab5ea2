/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-gallery-item.h"

#include "format/tst-format.h"
#include "kiosk/tst-recording-player.h"
#include "record/tst-body.h"

#include <glib/gi18n.h>

struct _TstGalleryItem
{
  GObject parent_instance;
  JsonObject *row;
  char *text;
};

G_DEFINE_FINAL_TYPE (TstGalleryItem, tst_gallery_item, G_TYPE_OBJECT)

static guint changed_signal;

static void
tst_gallery_item_finalize (GObject *object)
{
  TstGalleryItem *self = TST_GALLERY_ITEM (object);

  g_clear_pointer (&self->row, json_object_unref);
  g_free (self->text);
  G_OBJECT_CLASS (tst_gallery_item_parent_class)->finalize (object);
}

static void
tst_gallery_item_class_init (TstGalleryItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tst_gallery_item_finalize;
  changed_signal = g_signal_new ("changed", TST_TYPE_GALLERY_ITEM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tst_gallery_item_init (TstGalleryItem *self)
{
}

TstGalleryItem *
tst_gallery_item_new (JsonObject *row)
{
  TstGalleryItem *self = g_object_new (TST_TYPE_GALLERY_ITEM, NULL);

  self->row = json_object_ref (row);
  return self;
}

TstGalleryItem *
tst_gallery_item_new_unknown (void)
{
  TstGalleryItem *self = g_object_new (TST_TYPE_GALLERY_ITEM, NULL);

  self->row = json_object_new ();
  return self;
}

gboolean
tst_gallery_item_update (TstGalleryItem *self, JsonObject *row)
{
  g_autofree char *text = NULL;

  g_return_val_if_fail (TST_IS_GALLERY_ITEM (self), FALSE);
  if (tst_gallery_item_get_id (self) != NULL && g_strcmp0 (tst_json_string (row, "id"), tst_gallery_item_get_id (self)) != 0)
    return FALSE;
  text = tst_json_write (row);
  if (self->text == NULL)
    self->text = tst_json_write (self->row);
  if (g_strcmp0 (text, self->text) != 0)
    {
      g_free (self->text);
      self->text = g_steal_pointer (&text);
      json_object_unref (self->row);
      self->row = json_object_ref (row);
      g_signal_emit (self, changed_signal, 0);
    }
  return TRUE;
}

JsonObject *
tst_gallery_item_get_row (TstGalleryItem *self)
{
  g_return_val_if_fail (TST_IS_GALLERY_ITEM (self), NULL);
  return self->row;
}

const char *
tst_gallery_item_get_id (TstGalleryItem *self)
{
  g_return_val_if_fail (TST_IS_GALLERY_ITEM (self), NULL);
  return tst_json_string (self->row, "id");
}

const char *
tst_gallery_item_get_sha256 (TstGalleryItem *self)
{
  g_return_val_if_fail (TST_IS_GALLERY_ITEM (self), NULL);
  return g_strcmp0 (tst_json_string (self->row, "standing"), "erased") != 0 ? tst_json_string (self->row, "sha256") : NULL;
}

char *
tst_gallery_item_title (TstGalleryItem *self)
{
  const char *caption = tst_json_string (self->row, "caption");
  const char *file = tst_json_string (self->row, "file");

  if (tst_gallery_item_get_id (self) == NULL)
    return g_strdup ("");
  if (tst_recording_is (self->row))
    {
      g_autofree char *what = tst_recording_title (self->row);

      return caption != NULL && *caption != '\0' ? g_strdup_printf ("%s · %s", what, caption) : g_steal_pointer (&what);
    }
  return g_strdup (caption != NULL && *caption != '\0' ? caption : file != NULL ? file : _("Foto"));
}

gboolean
tst_gallery_item_is_recording (TstGalleryItem *self)
{
  g_return_val_if_fail (TST_IS_GALLERY_ITEM (self), FALSE);
  return tst_recording_is (self->row);
}

const char *
tst_gallery_item_icon (TstGalleryItem *self)
{
  g_return_val_if_fail (TST_IS_GALLERY_ITEM (self), NULL);
  return tst_recording_is (self->row) ? tst_recording_icon (self->row) : "image-x-generic-symbolic";
}

char *
tst_gallery_item_date (TstGalleryItem *self)
{
  const char *taken = tst_json_string (self->row, "taken_at");
  const char *text = taken != NULL ? taken : tst_json_string (self->row, "time");
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autoptr (GDateTime) when = NULL;

  /* The camera's own wall date, as the filter has it. */
  if (taken != NULL && g_utf8_strlen (taken, -1) >= 10)
    {
      g_autofree char *day = g_strndup (taken, 10);

      when = tst_format_parse_time (day, zone);
    }
  else if (text != NULL)
    when = tst_format_parse_time (text, zone);
  return when != NULL ? tst_format_short_date (when) : g_strdup ("");
}

static const struct
{
  const char *state, *words, *icon;
} states[] = {
  { "saved", N_("Guardada aquí"), "document-save-symbolic" },
  { "held", N_("Guardada aquí"), "document-save-symbolic" },
  { "sending", N_("En camino"), "send-to-symbolic" },
  { "received", N_("Recibida"), "emblem-ok-symbolic" },
  { "published", N_("Publicada"), "emblem-ok-symbolic" },
  { "set_aside", N_("Apartada"), "dialog-warning-symbolic" },
};

static guint
state_of (TstGalleryItem *self)
{
  const char *state = tst_json_string (self->row, "state");

  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    if (g_strcmp0 (states[i].state, state) == 0)
      return i;
  return 0;
}

char *
tst_gallery_item_state (TstGalleryItem *self)
{
  g_return_val_if_fail (TST_IS_GALLERY_ITEM (self), NULL);
  if (tst_json_bool (self->row, "freed", FALSE))
    return g_strdup_printf (_("%s · original en la central"), _(states[state_of (self)].words));
  return g_strdup (_(states[state_of (self)].words));
}

const char *
tst_gallery_item_state_icon (TstGalleryItem *self)
{
  g_return_val_if_fail (TST_IS_GALLERY_ITEM (self), NULL);
  return states[state_of (self)].icon;
}
