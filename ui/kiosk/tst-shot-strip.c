/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-shot-strip.h"

#include <glib/gi18n.h>

#define SHOWN 24
#define SIDE 72

struct _TstShotStrip
{
  GtkWidget parent_instance;
  GtkWidget *scroller, *box;
  guint n, n_saved;
};

typedef enum
{
  PROP_N_SAVED = 1,
} TstShotStripProperty;

static GParamSpec *properties[PROP_N_SAVED + 1];

enum
{
  ACTIVATED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TstShotStrip, tst_shot_strip, GTK_TYPE_WIDGET)

static const struct
{
  const char *state, *icon, *words;
} states[] = {
  { "taking", "camera-photo-symbolic", N_("Tomando…") },
  { "saving", "content-loading-symbolic", N_("Guardando…") },
  { "saved", "object-select-symbolic", N_("Guardado") },
  { "failed", "dialog-warning-symbolic", N_("Sin guardar") },
};

static const char *
kind_words (TstShot *shot)
{
  const char *type = tst_shot_get_content_type (shot);

  return g_str_equal (type, "image/jpeg") ? _("Foto") : g_str_has_prefix (type, "video/") ? _("Video") : _("Nota de voz");
}

static void
on_state (TstShot *shot, GParamSpec *pspec, GtkWidget *button)
{
  TstShotStrip *self = g_object_get_data (G_OBJECT (button), "strip");
  GtkWidget *icon = g_object_get_data (G_OBJECT (button), "icon");
  GtkWidget *label = g_object_get_data (G_OBJECT (button), "label");

  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    if (g_str_equal (states[i].state, tst_shot_get_state (shot)))
      {
        g_autofree char *name = g_strdup_printf ("%s: %s", kind_words (shot), _(states[i].words));

        gtk_image_set_from_icon_name (GTK_IMAGE (icon), states[i].icon);
        gtk_label_set_label (GTK_LABEL (label), _(states[i].words));
        gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
      }
  gtk_widget_set_sensitive (button, g_str_equal (tst_shot_get_state (shot), "saved"));
  if (g_str_equal (tst_shot_get_state (shot), "failed"))
    gtk_widget_add_css_class (button, "failed");
  else
    gtk_widget_remove_css_class (button, "failed");
  if (pspec != NULL && g_str_equal (tst_shot_get_state (shot), "saved"))
    {
      self->n_saved++;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_SAVED]);
    }
}

static void
on_clicked (GtkWidget *button, TstShotStrip *self)
{
  g_signal_emit (self, signals[ACTIVATED], 0, g_object_get_data (G_OBJECT (button), "shot"));
}

static GtkWidget *
build (TstShotStrip *self, TstShot *shot)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);
  GtkWidget *icon = gtk_image_new ();
  GtkWidget *label = gtk_label_new (NULL);
  GtkWidget *picture;

  if (tst_shot_get_picture (shot) != NULL)
    {
      picture = gtk_picture_new_for_paintable (GDK_PAINTABLE (tst_shot_get_picture (shot)));
      gtk_picture_set_can_shrink (GTK_PICTURE (picture), TRUE);
    }
  else
    {
      picture = gtk_image_new_from_icon_name ("audio-input-microphone-symbolic");
      gtk_image_set_pixel_size (GTK_IMAGE (picture), 28);
    }
  gtk_widget_set_size_request (picture, SIDE, SIDE * 9 / 16);
  gtk_box_append (GTK_BOX (box), picture);
  gtk_widget_set_halign (line, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (line), icon);
  gtk_box_append (GTK_BOX (line), label);
  gtk_widget_add_css_class (label, "caption");
  gtk_box_append (GTK_BOX (box), line);
  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_widget_add_css_class (button, "shot");
  g_object_set_data (G_OBJECT (button), "strip", self);
  g_object_set_data (G_OBJECT (button), "icon", icon);
  g_object_set_data (G_OBJECT (button), "label", label);
  g_object_set_data_full (G_OBJECT (button), "shot", g_object_ref (shot), g_object_unref);
  g_signal_connect (button, "clicked", G_CALLBACK (on_clicked), self);
  g_signal_connect_object (shot, "notify::state", G_CALLBACK (on_state), button, 0);
  on_state (shot, NULL, button);
  return button;
}

void
tst_shot_strip_add (TstShotStrip *self, TstShot *shot)
{
  g_return_if_fail (TST_IS_SHOT_STRIP (self) && TST_IS_SHOT (shot));
  gtk_box_prepend (GTK_BOX (self->box), build (self, shot));
  gtk_adjustment_set_value (gtk_scrolled_window_get_hadjustment (GTK_SCROLLED_WINDOW (self->scroller)), 0);
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  if (++self->n > SHOWN)
    {
      gtk_box_remove (GTK_BOX (self->box), gtk_widget_get_last_child (self->box));
      self->n--;
    }
}

static void
tst_shot_strip_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if ((TstShotStripProperty) id == PROP_N_SAVED)
    g_value_set_uint (value, TST_SHOT_STRIP (object)->n_saved);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tst_shot_strip_dispose (GObject *object)
{
  g_clear_pointer (&TST_SHOT_STRIP (object)->scroller, gtk_widget_unparent);
  G_OBJECT_CLASS (tst_shot_strip_parent_class)->dispose (object);
}

static void
tst_shot_strip_class_init (TstShotStripClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = tst_shot_strip_get_property;
  object_class->dispose = tst_shot_strip_dispose;
  properties[PROP_N_SAVED] = g_param_spec_uint ("n-saved", NULL, NULL, 0, G_MAXUINT, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  signals[ACTIVATED] = g_signal_new ("activated", TST_TYPE_SHOT_STRIP, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, TST_TYPE_SHOT);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_LIST);
}

static void
tst_shot_strip_init (TstShotStrip *self)
{
  self->scroller = gtk_scrolled_window_new ();
  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_AUTOMATIC, GTK_POLICY_NEVER);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), self->box);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Lo que acaba de tomar"), -1);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
tst_shot_strip_new (void)
{
  return g_object_new (TST_TYPE_SHOT_STRIP, NULL);
}
