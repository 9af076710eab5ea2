/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-navigation.h"

typedef struct
{
  char *name;
  char *label;
  GtkWidget *button;
  GtkWidget *text;
  GtkWidget *badge;
} Place;

struct _TstNavigation
{
  GtkBox parent_instance;
  GPtrArray *places;
  const Place *selected;
  gboolean just_selected; /* by the press that is under way */
};

typedef enum
{
  PROP_SELECTED = 1,
} TstNavigationProperty;

static GParamSpec *properties[PROP_SELECTED + 1];

G_DEFINE_FINAL_TYPE (TstNavigation, tst_navigation, GTK_TYPE_BOX)

enum
{
  AGAIN,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
place_free (gpointer data)
{
  Place *place = data;

  g_free (place->name);
  g_free (place->label);
  g_free (place);
}

static Place *
find (TstNavigation *self, const char *name)
{
  for (guint i = 0; i < self->places->len; i++)
    {
      Place *place = self->places->pdata[i];

      if (g_strcmp0 (place->name, name) == 0)
        return place;
    }
  return NULL;
}

static void
on_toggled (TstNavigation *self, GtkToggleButton *button)
{
  if (!gtk_toggle_button_get_active (button))
    return;
  for (guint i = 0; i < self->places->len; i++)
    {
      const Place *place = self->places->pdata[i];

      if (place->button == GTK_WIDGET (button) && place != self->selected)
        {
          self->selected = place;
          self->just_selected = TRUE;
          g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SELECTED]);
        }
    }
}

/* After "toggled", which comes only when another place was selected before. */
static void
on_clicked (TstNavigation *self)
{
  if (!self->just_selected)
    g_signal_emit (self, signals[AGAIN], 0);
  self->just_selected = FALSE;
}

static void
tst_navigation_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if ((TstNavigationProperty) id == PROP_SELECTED)
    g_value_set_string (value, tst_navigation_get_selected (TST_NAVIGATION (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tst_navigation_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if ((TstNavigationProperty) id == PROP_SELECTED)
    tst_navigation_select (TST_NAVIGATION (object), g_value_get_string (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tst_navigation_finalize (GObject *object)
{
  g_ptr_array_unref (TST_NAVIGATION (object)->places);
  G_OBJECT_CLASS (tst_navigation_parent_class)->finalize (object);
}

/* On the bar of a phone words of 200 % would be cut to three letters: there they grow no further than this, and the page itself does. */
#define BAR_SCALE 1.25
#define PLAIN_DPI (96 * PANGO_SCALE) /* of "gtk-xft-dpi" at 100 % */

static void
scale_labels (TstNavigation *self)
{
  gboolean bar = gtk_orientable_get_orientation (GTK_ORIENTABLE (self)) == GTK_ORIENTATION_HORIZONTAL;
  int dpi = PLAIN_DPI;
  double scale;

  g_object_get (gtk_settings_get_default (), "gtk-xft-dpi", &dpi, NULL);
  scale = bar && dpi > PLAIN_DPI * BAR_SCALE ? PLAIN_DPI * BAR_SCALE / dpi : 1;
  for (guint i = 0; i < self->places->len; i++)
    {
      g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();
      const Place *place = self->places->pdata[i];

      pango_attr_list_insert (attributes, pango_attr_scale_new (scale));
      gtk_label_set_attributes (GTK_LABEL (place->text), scale < 1 ? attributes : NULL);
    }
}

static void
tst_navigation_class_init (TstNavigationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = tst_navigation_get_property;
  object_class->set_property = tst_navigation_set_property;
  object_class->finalize = tst_navigation_finalize;
  properties[PROP_SELECTED] = g_param_spec_string ("selected", NULL, NULL, NULL,
                                                   G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  signals[AGAIN] = g_signal_new ("again", TST_TYPE_NAVIGATION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "navigation");
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
tst_navigation_init (TstNavigation *self)
{
  self->places = g_ptr_array_new_with_free_func (place_free);
  /* Its buttons share the width of the bar; the rail must not take more than it needs. */
  gtk_widget_set_hexpand (GTK_WIDGET (self), FALSE);
  g_signal_connect (self, "notify::orientation", G_CALLBACK (scale_labels), NULL);
  g_signal_connect_object (gtk_settings_get_default (), "notify::gtk-xft-dpi", G_CALLBACK (scale_labels), self, G_CONNECT_SWAPPED);
}

GtkWidget *
tst_navigation_new (void)
{
  return g_object_new (TST_TYPE_NAVIGATION, NULL);
}

void
tst_navigation_add (TstNavigation *self, const char *name, const char *label, const char *icon_name)
{
  Place *place = g_new0 (Place, 1);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *icon = gtk_image_new_from_icon_name (icon_name);
  GtkWidget *text = gtk_label_new (label);
  GtkWidget *overlay = gtk_overlay_new ();

  place->name = g_strdup (name);
  place->label = g_strdup (label);
  place->button = gtk_toggle_button_new ();
  place->badge = gtk_label_new (NULL);
  gtk_widget_add_css_class (place->badge, "badge");
  gtk_widget_set_halign (place->badge, GTK_ALIGN_END);
  gtk_widget_set_valign (place->badge, GTK_ALIGN_START);
  gtk_widget_set_visible (place->badge, FALSE);

  gtk_image_set_pixel_size (GTK_IMAGE (icon), 24);
  gtk_overlay_set_child (GTK_OVERLAY (overlay), icon);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), place->badge);
  gtk_widget_set_halign (overlay, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), overlay);
  place->text = text;
  gtk_label_set_ellipsize (GTK_LABEL (text), PANGO_ELLIPSIZE_END);
  gtk_box_append (GTK_BOX (box), text);
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_button_set_child (GTK_BUTTON (place->button), box);
  gtk_widget_add_css_class (place->button, "flat");
  gtk_widget_add_css_class (place->button, "place");
  gtk_widget_set_hexpand (place->button, TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (place->button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);

  if (self->places->len > 0)
    gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (place->button),
                                 GTK_TOGGLE_BUTTON (((Place *) self->places->pdata[0])->button));
  g_ptr_array_add (self->places, place);
  g_signal_connect_swapped (place->button, "toggled", G_CALLBACK (on_toggled), self);
  g_signal_connect_swapped (place->button, "clicked", G_CALLBACK (on_clicked), self);
  gtk_box_append (GTK_BOX (self), place->button);
  scale_labels (self);
  if (self->places->len == 1)
    tst_navigation_select (self, name);
}

const char *
tst_navigation_get_selected (TstNavigation *self)
{
  g_return_val_if_fail (TST_IS_NAVIGATION (self), NULL);
  return self->selected != NULL ? self->selected->name : NULL;
}

void
tst_navigation_select (TstNavigation *self, const char *name)
{
  Place *place = find (self, name);

  if (place == NULL)
    return;
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (place->button), TRUE);
  self->just_selected = FALSE;
}

void
tst_navigation_set_badge (TstNavigation *self, const char *name, const char *badge, const char *meaning)
{
  Place *place = find (self, name);
  g_autofree char *label = NULL;

  g_return_if_fail (place != NULL);
  gtk_label_set_label (GTK_LABEL (place->badge), badge != NULL ? badge : "");
  gtk_widget_set_visible (place->badge, badge != NULL);
  label = badge != NULL ? g_strdup_printf ("%s, %s", place->label, meaning) : g_strdup (place->label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (place->button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}
