/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-camera-options.h"

#include "format/tst-format.h"
#include "widgets/tst-wrap.h"

#include <glib/gi18n.h>
#include <stdio.h>

/* Drivers list every size down to a stamp's; nobody photographs a work with those. */
#define SIZES_MAX 8
#define SMALLEST (640u * 480)

struct _TstCameraOptions
{
  GtkWidget parent_instance;
  TstCamera *camera; /* (nullable) */
  GtkWidget *torch, *size, *change;
  GtkWidget *sizes;  /* a reference: it lives elsewhere */
  GtkWidget *chips;
  gboolean has_torch, has_choice, has_sizes;
};

typedef enum
{
  PROP_SIZES_SHOWN = 1,
  PROP_HAS_TORCH,
  PROP_HAS_CHOICE,
  PROP_HAS_SIZES,
} TstCameraOptionsProperty;

static GParamSpec *properties[PROP_HAS_SIZES + 1];

G_DEFINE_FINAL_TYPE (TstCameraOptions, tst_camera_options, GTK_TYPE_WIDGET)

static void
show_sizes (TstCameraOptions *self, gboolean shown)
{
  shown = shown && self->has_sizes;
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->size), shown);
  if (gtk_widget_get_visible (self->sizes) == shown)
    return;
  gtk_widget_set_visible (self->sizes, shown);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SIZES_SHOWN]);
}

static void
on_size_button (TstCameraOptions *self)
{
  show_sizes (self, gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->size)));
}

static void
on_chip (GtkWidget *chip, TstCameraOptions *self)
{
  const char *resolution = g_object_get_data (G_OBJECT (chip), "resolution");

  if (!gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (chip)))
    return;
  g_object_set (self->camera, "resolution", resolution, NULL);
  show_sizes (self, FALSE);
}

/* "1920x1080" as «2,1 MP · 1920 × 1080». */
static char *
describe (const char *resolution)
{
  guint width = 0, height = 0;
  g_autofree char *millions = NULL;

  sscanf (resolution, "%ux%u", &width, &height);
  millions = tst_format_number ((double) width * height / 1e6, 1);
  return g_strdup_printf (_("%s MP · %u × %u"), millions, width, height);
}

static GtkWidget *
add_chip (TstCameraOptions *self, GtkWidget *group, const char *resolution, const char *label, const char *now)
{
  GtkWidget *chip = gtk_toggle_button_new_with_label (label);

  gtk_widget_add_css_class (chip, "chip");
  if (group != NULL)
    gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (chip), GTK_TOGGLE_BUTTON (group));
  g_object_set_data_full (G_OBJECT (chip), "resolution", g_strdup (resolution), g_free);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (chip), g_strcmp0 (resolution, now) == 0);
  g_signal_connect (chip, "toggled", G_CALLBACK (on_chip), self);
  tst_wrap_append (TST_WRAP (self->chips), chip);
  return chip;
}

static void
fill_sizes (TstCameraOptions *self, const TstCameraDevice *device)
{
  g_autofree char *now = NULL;
  GtkWidget *first;
  guint n = 0;

  tst_wrap_clear (TST_WRAP (self->chips));
  self->has_sizes = device != NULL && g_strv_length (device->resolutions) > 1;
  if (!self->has_sizes)
    return;
  g_object_get (self->camera, "resolution", &now, NULL);
  if (!g_strv_contains ((const char *const *) device->resolutions, now))
    {
      g_free (now);
      now = g_strdup ("");
    }
  first = add_chip (self, NULL, "", _("La mejor"), now);
  for (guint i = 0; device->resolutions[i] != NULL && n < SIZES_MAX; i++)
    {
      guint width = 0, height = 0;
      g_autofree char *label = describe (device->resolutions[i]);

      sscanf (device->resolutions[i], "%ux%u", &width, &height);
      /* The one in use is always there, however small. */
      if ((guint64) width * height < SMALLEST && !g_str_equal (device->resolutions[i], now))
        continue;
      add_chip (self, first, device->resolutions[i], label, now);
      n++;
    }
}

static void
notify_all (TstCameraOptions *self)
{
  gtk_widget_set_visible (self->torch, self->has_torch);
  gtk_widget_set_visible (self->change, self->has_choice);
  gtk_widget_set_visible (self->size, self->has_sizes);
  if (!self->has_sizes)
    show_sizes (self, FALSE);
  for (guint i = PROP_HAS_TORCH; i <= PROP_HAS_SIZES; i++)
    g_object_notify_by_pspec (G_OBJECT (self), properties[i]);
}

static void
update (TstCameraOptions *self)
{
  g_autoptr (GPtrArray) devices = tst_camera_list_devices (self->camera);
  g_autofree char *id = NULL;
  const TstCameraDevice *now = devices->len > 0 ? devices->pdata[0] : NULL;

  g_object_get (self->camera, "device", &id, "torch-available", &self->has_torch, NULL);
  for (guint i = 0; i < devices->len; i++)
    if (g_strcmp0 (((TstCameraDevice *) devices->pdata[i])->id, id) == 0)
      now = devices->pdata[i];
  self->has_choice = devices->len > 1;
  fill_sizes (self, now);
  notify_all (self);
}

static void
on_change (TstCameraOptions *self)
{
  g_autoptr (GPtrArray) devices = tst_camera_list_devices (self->camera);
  g_autofree char *now = NULL;
  guint next = 1;

  g_object_get (self->camera, "device", &now, NULL);
  for (guint i = 0; i < devices->len; i++)
    if (g_strcmp0 (((TstCameraDevice *) devices->pdata[i])->id, now) == 0)
      next = i + 1;
  if (devices->len > 1)
    g_object_set (self->camera, "device", ((TstCameraDevice *) devices->pdata[next % devices->len])->id, NULL);
}

/* --- the widget --- */

static void
tst_camera_options_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TstCameraOptions *self = TST_CAMERA_OPTIONS (object);

  switch ((TstCameraOptionsProperty) id)
    {
    case PROP_SIZES_SHOWN:
      g_value_set_boolean (value, gtk_widget_get_visible (self->sizes));
      break;
    case PROP_HAS_TORCH:
      g_value_set_boolean (value, self->has_torch);
      break;
    case PROP_HAS_CHOICE:
      g_value_set_boolean (value, self->has_choice);
      break;
    case PROP_HAS_SIZES:
      g_value_set_boolean (value, self->has_sizes);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tst_camera_options_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_SIZES_SHOWN)
    show_sizes (TST_CAMERA_OPTIONS (object), g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tst_camera_options_dispose (GObject *object)
{
  TstCameraOptions *self = TST_CAMERA_OPTIONS (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->sizes);
  g_clear_object (&self->camera);
  G_OBJECT_CLASS (tst_camera_options_parent_class)->dispose (object);
}

static void
tst_camera_options_class_init (TstCameraOptionsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags ro = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = tst_camera_options_get_property;
  object_class->set_property = tst_camera_options_set_property;
  object_class->dispose = tst_camera_options_dispose;
  properties[PROP_SIZES_SHOWN] = g_param_spec_boolean ("sizes-shown", NULL, NULL, FALSE, ro | G_PARAM_WRITABLE);
  properties[PROP_HAS_TORCH] = g_param_spec_boolean ("has-torch", NULL, NULL, FALSE, ro);
  properties[PROP_HAS_CHOICE] = g_param_spec_boolean ("has-choice", NULL, NULL, FALSE, ro);
  properties[PROP_HAS_SIZES] = g_param_spec_boolean ("has-sizes", NULL, NULL, FALSE, ro);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
}

static GtkWidget *
add_button (TstCameraOptions *self, GtkWidget *button, const char *icon, const char *label)
{
  gtk_button_set_icon_name (GTK_BUTTON (button), icon);
  gtk_widget_add_css_class (button, "round");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_widget_set_visible (button, FALSE);
  gtk_widget_set_parent (button, GTK_WIDGET (self));
  return button;
}

static void
tst_camera_options_init (TstCameraOptions *self)
{
  GtkWidget *title = gtk_label_new (_("Tamaño de las fotos"));

  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (gtk_widget_get_layout_manager (GTK_WIDGET (self))), 8);
  self->torch = add_button (self, gtk_toggle_button_new (), "weather-clear-symbolic", _("Luz"));
  self->size = add_button (self, gtk_toggle_button_new (), "image-x-generic-symbolic", _("Tamaño de las fotos"));
  g_signal_connect_swapped (self->size, "toggled", G_CALLBACK (on_size_button), self);
  self->change = add_button (self, gtk_button_new (), "object-rotate-right-symbolic", _("Cambiar de cámara"));
  g_signal_connect_swapped (self->change, "clicked", G_CALLBACK (on_change), self);

  self->sizes = g_object_ref_sink (gtk_box_new (GTK_ORIENTATION_VERTICAL, 8));
  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_box_append (GTK_BOX (self->sizes), title);
  self->chips = tst_wrap_new ();
  gtk_box_append (GTK_BOX (self->sizes), self->chips);
  gtk_widget_set_visible (self->sizes, FALSE);
}

GtkWidget *
tst_camera_options_new (TstCamera *camera)
{
  TstCameraOptions *self = g_object_new (TST_TYPE_CAMERA_OPTIONS, NULL);

  if (camera == NULL)
    return GTK_WIDGET (self);
  self->camera = g_object_ref (camera);
  g_signal_connect_object (camera, "notify::torch-available", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (camera, "notify::device", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (camera, "devices-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_object_bind_property (camera, "torch", self->torch, "active", G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
  update (self);
  return GTK_WIDGET (self);
}

GtkWidget *
tst_camera_options_get_sizes (TstCameraOptions *self)
{
  g_return_val_if_fail (TST_IS_CAMERA_OPTIONS (self), NULL);
  return self->sizes;
}
