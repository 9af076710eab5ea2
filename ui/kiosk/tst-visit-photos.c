/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-visit-photos.h"

#include "record/tst-body.h"
#include "widgets/tst-form.h"
#include "widgets/tst-thumbnails.h"

#include <glib/gi18n.h>

#define MAX_PHOTOS 12

struct _TstVisitPhotos
{
  GtkBox parent_instance;
  GtkWidget *strip;
  char *photo;
};

typedef enum
{
  PROP_PHOTO = 1,
} TstVisitPhotosProperty;

static GParamSpec *properties[PROP_PHOTO + 1];

G_DEFINE_FINAL_TYPE (TstVisitPhotos, tst_visit_photos, GTK_TYPE_BOX)

const char *
tst_visit_photos_get (TstVisitPhotos *self)
{
  return self->photo;
}

/* One at most is down: the chosen one, if it is in the strip. */
void
tst_visit_photos_set (TstVisitPhotos *self, const char *id)
{
  g_autofree char *before = g_steal_pointer (&self->photo);

  self->photo = g_strdup (id);
  for (GtkWidget *child = gtk_widget_get_first_child (self->strip); child != NULL; child = gtk_widget_get_next_sibling (child))
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (child), g_strcmp0 (g_object_get_data (G_OBJECT (child), "id"), self->photo) == 0);
  if (g_strcmp0 (before, self->photo) != 0)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PHOTO]);
}

static void
on_toggled (GtkToggleButton *button, TstVisitPhotos *self)
{
  const char *id = g_object_get_data (G_OBJECT (button), "id");
  gboolean chosen = g_strcmp0 (self->photo, id) == 0;

  if (gtk_toggle_button_get_active (button) != chosen)
    tst_visit_photos_set (self, chosen ? NULL : id);
}

static void
tst_visit_photos_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch ((TstVisitPhotosProperty) id)
    {
    case PROP_PHOTO:
      g_value_set_string (value, TST_VISIT_PHOTOS (object)->photo);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tst_visit_photos_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch ((TstVisitPhotosProperty) id)
    {
    case PROP_PHOTO:
      tst_visit_photos_set (TST_VISIT_PHOTOS (object), g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tst_visit_photos_finalize (GObject *object)
{
  g_free (TST_VISIT_PHOTOS (object)->photo);
  G_OBJECT_CLASS (tst_visit_photos_parent_class)->finalize (object);
}

static void
tst_visit_photos_class_init (TstVisitPhotosClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = tst_visit_photos_get_property;
  object_class->set_property = tst_visit_photos_set_property;
  object_class->finalize = tst_visit_photos_finalize;
  properties[PROP_PHOTO]
    = g_param_spec_string ("photo", NULL, NULL, NULL, G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
tst_visit_photos_init (TstVisitPhotos *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 8);
}

static GtkWidget *
picture_button (TstVisitPhotos *self, TstFieldBook *book, JsonObject *row, guint number)
{
  GtkWidget *button = gtk_toggle_button_new ();
  GtkWidget *thumbnail = tst_thumbnail_new (120, 92);
  const char *caption = tst_json_string (row, "caption");
  g_autofree char *name = g_strdup_printf (_("Unir la foto %u: %s"), number, caption != NULL ? caption : _("sin descripción"));

  tst_thumbnail_set (TST_THUMBNAIL (thumbnail), tst_thumbnails_for_book (book), tst_json_string (row, "sha256"), "image-x-generic-symbolic", NULL);
  gtk_button_set_child (GTK_BUTTON (button), thumbnail);
  gtk_widget_add_css_class (button, "picture");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_object_set_data_full (G_OBJECT (button), "id", g_strdup (tst_json_string (row, "id")), g_free);
  g_signal_connect (button, "toggled", G_CALLBACK (on_toggled), self);
  return button;
}

GtkWidget *
tst_visit_photos_new (TstFieldBook *book, JsonArray *photos)
{
  TstVisitPhotos *self = g_object_new (TST_TYPE_VISIT_PHOTOS, NULL);
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *button = tst_form_button (_("Tomar una foto"), NULL);
  guint n = photos != NULL ? json_array_get_length (photos) : 0;

  self->strip = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  for (guint i = 0; i < MIN (n, MAX_PHOTOS) && book != NULL; i++)
    gtk_box_append (GTK_BOX (self->strip), picture_button (self, book, json_array_get_object_element (photos, i), i + 1));
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_AUTOMATIC, GTK_POLICY_NEVER);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->strip);
  gtk_widget_set_visible (scroller, n > 0);
  gtk_box_append (GTK_BOX (self), scroller);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "entry.photo");
  gtk_box_append (GTK_BOX (self), button);
  return GTK_WIDGET (self);
}
