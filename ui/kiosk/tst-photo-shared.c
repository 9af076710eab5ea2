/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-photo-shared.h"

#include "kiosk/tst-photo-item.h"
#include "kiosk/tst-place-page.h"
#include "kiosk/tst-work-picker.h"
#include "record/tst-body.h"
#include "widgets/tst-choice.h"
#include "widgets/tst-form.h"

#include <glib/gi18n.h>
#include <math.h>

struct _TstPhotoShared
{
  GtkBox parent_instance;
  TstPage *page; /* holds us */
  GtkWidget *phase, *item, *work_button, *place_button;
  char *work;
  double lat, lon;
};

enum
{
  CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TstPhotoShared, tst_photo_shared, GTK_TYPE_BOX)

/* --- pins in drafts --- */

void
tst_photo_pin_collect (JsonObject *content, double lat, double lon)
{
  JsonObject *pin;

  if (isnan (lat) || isnan (lon))
    return;
  pin = json_object_new ();
  json_object_set_double_member (pin, "lat", lat);
  json_object_set_double_member (pin, "lon", lon);
  json_object_set_object_member (content, "pin", pin);
}

void
tst_photo_pin_restore (JsonObject *content, double *lat, double *lon)
{
  JsonObject *pin = tst_json_object (content, "pin");

  *lat = pin != NULL ? tst_json_double (pin, "lat", NAN) : NAN;
  *lon = pin != NULL ? tst_json_double (pin, "lon", NAN) : NAN;
}

gboolean
tst_photo_pin_place (double lat, double lon, TstPlace *place)
{
  *place = (TstPlace) { .latitude = lat, .longitude = lon, .accuracy_m = -1, .altitude_m = NAN, .heading_deg = NAN, .source = "pin", .age_s = -1 };
  return !isnan (lat) && !isnan (lon);
}

/* --- what is chosen --- */

static void
set_button_label (GtkWidget *button, const char *label)
{
  gtk_label_set_label (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button))), label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static void
on_changed (TstPhotoShared *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

const char *
tst_photo_shared_get_phase (TstPhotoShared *self)
{
  g_return_val_if_fail (TST_IS_PHOTO_SHARED (self), NULL);
  return tst_choice_get_value (TST_CHOICE (self->phase));
}

const char *
tst_photo_shared_get_item (TstPhotoShared *self)
{
  g_return_val_if_fail (TST_IS_PHOTO_SHARED (self), NULL);
  return tst_choice_get_value (TST_CHOICE (self->item));
}

const char *
tst_photo_shared_get_work (TstPhotoShared *self)
{
  g_return_val_if_fail (TST_IS_PHOTO_SHARED (self), NULL);
  return self->work;
}

void
tst_photo_shared_set_work (TstPhotoShared *self, const char *code, const char *title)
{
  g_autofree char *label = code != NULL ? g_strdup_printf (_("Obra: %s"), title != NULL ? title : code)
                                        : g_strdup (_("Elegir obra (voluntario)"));
  char *copy = g_strdup (code);

  g_return_if_fail (TST_IS_PHOTO_SHARED (self));
  g_free (self->work);
  self->work = copy;
  set_button_label (self->work_button, label);
}

gboolean
tst_photo_shared_get_place (TstPhotoShared *self, TstPlace *place)
{
  g_return_val_if_fail (TST_IS_PHOTO_SHARED (self), FALSE);
  return tst_photo_pin_place (self->lat, self->lon, place);
}

void
tst_photo_shared_set_place (TstPhotoShared *self, double lat, double lon)
{
  g_autofree char *words = NULL;
  g_autofree char *label = NULL;

  g_return_if_fail (TST_IS_PHOTO_SHARED (self));
  self->lat = lat;
  self->lon = lon;
  words = isnan (lat) ? NULL : tst_photo_place_text (lat, lon, -1, "pin");
  label = words != NULL ? g_strdup_printf (_("Las que no traen posición: %s"), words)
                        : g_strdup (_("Posición para las que no la traen (voluntario)"));
  set_button_label (self->place_button, label);
}

static void
on_picked (TstPhotoShared *self, const char *code, const char *title)
{
  tst_photo_shared_set_work (self, code, title);
  on_changed (self);
}

static void
on_work (TstPhotoShared *self)
{
  GtkWidget *picker = tst_work_picker_new (tst_page_get_session (self->page));

  g_signal_connect_object (picker, "picked", G_CALLBACK (on_picked), self, G_CONNECT_SWAPPED);
  tst_page_push (self->page, TST_PAGE (picker));
}

static void
on_placed (TstPhotoShared *self, double lat, double lon)
{
  tst_photo_shared_set_place (self, lat, lon);
  on_changed (self);
}

static void
on_place (TstPhotoShared *self)
{
  GtkWidget *place = tst_place_page_new (tst_page_get_session (self->page), _("De las fotos que no la traen"), self->lat, self->lon, self->work);

  g_signal_connect_object (place, "placed", G_CALLBACK (on_placed), self, G_CONNECT_SWAPPED);
  tst_page_push (self->page, TST_PAGE (place));
}

void
tst_photo_shared_collect (TstPhotoShared *self, JsonObject *content)
{
  const char *phase = tst_photo_shared_get_phase (self);
  const char *item = tst_photo_shared_get_item (self);

  if (phase != NULL)
    json_object_set_string_member (content, "phase", phase);
  if (item != NULL)
    json_object_set_string_member (content, "item", item);
  tst_photo_pin_collect (content, self->lat, self->lon);
}

void
tst_photo_shared_restore (TstPhotoShared *self, JsonObject *content)
{
  double lat, lon;

  tst_choice_set_value (TST_CHOICE (self->phase), tst_json_string (content, "phase"));
  tst_choice_set_value (TST_CHOICE (self->item), tst_json_string (content, "item"));
  tst_photo_pin_restore (content, &lat, &lon);
  tst_photo_shared_set_place (self, lat, lon);
}

/* --- the widget --- */

static void
tst_photo_shared_finalize (GObject *object)
{
  g_free (TST_PHOTO_SHARED (object)->work);
  G_OBJECT_CLASS (tst_photo_shared_parent_class)->finalize (object);
}

static void
tst_photo_shared_class_init (TstPhotoSharedClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tst_photo_shared_finalize;
  signals[CHANGED] = g_signal_new ("changed", TST_TYPE_PHOTO_SHARED, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tst_photo_shared_init (TstPhotoShared *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 14);
}

GtkWidget *
tst_photo_shared_new (TstPage *page)
{
  TstPhotoShared *self = g_object_new (TST_TYPE_PHOTO_SHARED, NULL);
  g_autofree char *lang = g_settings_get_string (tst_session_get_settings (tst_page_get_session (page)), "language");

  self->page = page;
  self->phase = tst_choice_new (_("Momento de la obra"), TST_LIST_PHASE, lang, FALSE);
  self->item = tst_choice_new (_("Parte de la obra"), TST_LIST_WORK_ITEM, lang, FALSE);
  g_signal_connect_swapped (self->phase, "notify::value", G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (self->item, "notify::value", G_CALLBACK (on_changed), self);
  gtk_box_append (GTK_BOX (self), self->phase);
  gtk_box_append (GTK_BOX (self), self->item);
  self->work_button = tst_form_button ("", NULL);
  g_signal_connect_swapped (self->work_button, "clicked", G_CALLBACK (on_work), self);
  gtk_box_append (GTK_BOX (self), self->work_button);
  self->place_button = tst_form_button ("", NULL);
  g_signal_connect_swapped (self->place_button, "clicked", G_CALLBACK (on_place), self);
  gtk_box_append (GTK_BOX (self), self->place_button);
  tst_photo_shared_set_work (self, NULL, NULL);
  tst_photo_shared_set_place (self, NAN, NAN);
  return GTK_WIDGET (self);
}
