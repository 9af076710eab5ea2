/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "widgets/tst-choice.h"

#include "widgets/tst-wrap.h"

struct _TstChoice
{
  GtkWidget parent_instance;
  GtkWidget *question, *wrap;
  const TstCode *codes;
  GPtrArray *buttons; /* in the order of @codes */
  const char *value;  /* of @codes */
  gboolean required, changing;
};

typedef enum
{
  PROP_VALUE = 1,
} TstChoiceProperty;

static GParamSpec *properties[PROP_VALUE + 1];

G_DEFINE_FINAL_TYPE (TstChoice, tst_choice, GTK_TYPE_WIDGET)

static void
choose (TstChoice *self, const char *value)
{
  const char *found = NULL;

  self->changing = TRUE;
  for (guint i = 0; i < self->buttons->len; i++)
    {
      gboolean is = g_strcmp0 (self->codes[i].code, value) == 0;

      if (is)
        found = self->codes[i].code;
      gtk_toggle_button_set_active (self->buttons->pdata[i], is);
    }
  self->changing = FALSE;
  if (found == self->value)
    return;
  self->value = found;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_VALUE]);
}

static void
on_toggled (TstChoice *self, GtkToggleButton *button)
{
  guint index;

  if (self->changing || !g_ptr_array_find (self->buttons, button, &index))
    return;
  if (gtk_toggle_button_get_active (button) || self->required)
    choose (self, self->codes[index].code);
  else
    choose (self, NULL);
}

static void
tst_choice_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if ((TstChoiceProperty) id == PROP_VALUE)
    g_value_set_string (value, TST_CHOICE (object)->value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tst_choice_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if ((TstChoiceProperty) id == PROP_VALUE)
    choose (TST_CHOICE (object), g_value_get_string (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tst_choice_dispose (GObject *object)
{
  TstChoice *self = TST_CHOICE (object);

  g_clear_pointer (&self->question, gtk_widget_unparent);
  g_clear_pointer (&self->wrap, gtk_widget_unparent);
  g_clear_pointer (&self->buttons, g_ptr_array_unref);
  G_OBJECT_CLASS (tst_choice_parent_class)->dispose (object);
}

static void
tst_choice_class_init (TstChoiceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = tst_choice_get_property;
  object_class->set_property = tst_choice_set_property;
  object_class->dispose = tst_choice_dispose;
  properties[PROP_VALUE] = g_param_spec_string ("value", NULL, NULL, NULL,
                                                G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
tst_choice_init (TstChoice *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (layout), 6);
  self->buttons = g_ptr_array_new ();
  self->question = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->question), 0);
  gtk_label_set_wrap (GTK_LABEL (self->question), TRUE);
  gtk_widget_add_css_class (self->question, "heading");
  gtk_widget_set_parent (self->question, GTK_WIDGET (self));
  self->wrap = tst_wrap_new ();
  gtk_widget_set_parent (self->wrap, GTK_WIDGET (self));
}

GtkWidget *
tst_choice_new (const char *question, TstCodeList list, const char *lang, gboolean required)
{
  TstChoice *self = g_object_new (TST_TYPE_CHOICE, NULL);
  guint n;

  self->required = required;
  self->codes = tst_code_list (list, &n);
  gtk_label_set_label (GTK_LABEL (self->question), question);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, question, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->wrap), GTK_ACCESSIBLE_PROPERTY_LABEL, question, -1);
  for (guint i = 0; i < n; i++)
    {
      GtkWidget *button = gtk_toggle_button_new ();
      GtkWidget *label = gtk_label_new (tst_code_label (list, self->codes[i].code, lang));

      gtk_label_set_wrap (GTK_LABEL (label), TRUE);
      gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
      gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_CENTER);
      gtk_button_set_child (GTK_BUTTON (button), label);
      gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      gtk_label_get_label (GTK_LABEL (label)), -1);
      gtk_widget_add_css_class (button, "chip");
      g_signal_connect_swapped (button, "toggled", G_CALLBACK (on_toggled), self);
      tst_wrap_append (TST_WRAP (self->wrap), button);
      g_ptr_array_add (self->buttons, button);
    }
  return GTK_WIDGET (self);
}

const char *
tst_choice_get_value (TstChoice *self)
{
  g_return_val_if_fail (TST_IS_CHOICE (self), NULL);
  return self->value;
}

void
tst_choice_set_value (TstChoice *self, const char *value)
{
  g_return_if_fail (TST_IS_CHOICE (self));
  choose (self, value);
}
