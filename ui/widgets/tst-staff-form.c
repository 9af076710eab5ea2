/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "widgets/tst-staff-form.h"

#include "journal/tst-staff.h"
#include "widgets/tst-build.h"

#include <glib/gi18n.h>

struct _TstStaffForm
{
  GtkBox parent_instance;
  GtkWidget *name, *roles, *pin, *again, *problem;
};

enum
{
  CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TstStaffForm, tst_staff_form, GTK_TYPE_BOX)

const char *
tst_staff_role_label (const char *role)
{
  static const char *const labels[] = { N_("Supervisión"), N_("Interventoría"), N_("Atención a la ciudadanía"), N_("Comunicaciones"),
                                        N_("Coordinación") };

  for (guint i = 0; tst_staff_roles[i] != NULL; i++)
    if (g_strcmp0 (role, tst_staff_roles[i]) == 0)
      return _(labels[i]);
  return role;
}

static const char *
get_role (TstStaffForm *self)
{
  GtkWidget *child = gtk_widget_get_first_child (self->roles);

  for (; child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *button = gtk_flow_box_child_get_child (GTK_FLOW_BOX_CHILD (child));

      if (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (button)))
        return g_object_get_data (G_OBJECT (button), "role");
    }
  return NULL;
}

gboolean
tst_staff_form_get (TstStaffForm *self, const char **name, const char **role, const char **pin)
{
  g_autoptr (GError) error = NULL;
  const char *again;

  g_return_val_if_fail (TST_IS_STAFF_FORM (self), FALSE);
  *name = gtk_editable_get_text (GTK_EDITABLE (self->name));
  *role = get_role (self);
  *pin = gtk_editable_get_text (GTK_EDITABLE (self->pin));
  again = gtk_editable_get_text (GTK_EDITABLE (self->again));
  if (**name == '\0')
    {
      tst_staff_form_set_problem (self, _("Falta el nombre."));
      gtk_widget_grab_focus (self->name);
      return FALSE;
    }
  if (*role == NULL)
    {
      tst_staff_form_set_problem (self, _("Falta elegir qué hace la persona."));
      return FALSE;
    }
  if (!tst_staff_check_pin (*pin, &error))
    {
      tst_staff_form_set_problem (self, _("El PIN tiene de 6 a 12 cifras, que no van seguidas ni son todas iguales."));
      gtk_widget_grab_focus (self->pin);
      return FALSE;
    }
  if (g_strcmp0 (*pin, again) != 0)
    {
      tst_staff_form_set_problem (self, _("Los dos PIN no son iguales. Escríbalos de nuevo."));
      gtk_widget_grab_focus (self->again);
      return FALSE;
    }
  tst_staff_form_set_problem (self, NULL);
  return TRUE;
}

void
tst_staff_form_peek (TstStaffForm *self, const char **name, const char **role)
{
  g_return_if_fail (TST_IS_STAFF_FORM (self));
  *name = gtk_editable_get_text (GTK_EDITABLE (self->name));
  *role = get_role (self);
}

static void
on_changed (TstStaffForm *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

void
tst_staff_form_set (TstStaffForm *self, const char *name, const char *role, const char *pin, const char *again)
{
  GtkWidget *child;

  g_return_if_fail (TST_IS_STAFF_FORM (self));
  gtk_editable_set_text (GTK_EDITABLE (self->name), name);
  gtk_editable_set_text (GTK_EDITABLE (self->pin), pin);
  gtk_editable_set_text (GTK_EDITABLE (self->again), again);
  for (child = gtk_widget_get_first_child (self->roles); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *button = gtk_flow_box_child_get_child (GTK_FLOW_BOX_CHILD (child));

      if (g_strcmp0 (role, g_object_get_data (G_OBJECT (button), "role")) == 0)
        gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), TRUE);
    }
}

void
tst_staff_form_set_problem (TstStaffForm *self, const char *text)
{
  tst_notice_set (self->problem, "trouble", text);
}

const char *
tst_staff_form_get_problem (TstStaffForm *self)
{
  return tst_notice_get_text (self->problem);
}

static void
add_field (TstStaffForm *self, const char *text, GtkWidget *field)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_widget_add_css_class (label, "heading");
  gtk_widget_set_margin_top (label, 8);
  gtk_box_append (GTK_BOX (self), label);
  gtk_box_append (GTK_BOX (self), field);
  gtk_accessible_update_property (GTK_ACCESSIBLE (field), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

static GtkWidget *
make_pin (void)
{
  GtkWidget *entry = gtk_password_entry_new ();
  GtkEditable *text = gtk_editable_get_delegate (GTK_EDITABLE (entry));

  gtk_widget_add_css_class (entry, "large");
  if (GTK_IS_TEXT (text))
    gtk_text_set_input_purpose (GTK_TEXT (text), GTK_INPUT_PURPOSE_PIN);
  return entry;
}

static void
tst_staff_form_class_init (TstStaffFormClass *klass)
{
  signals[CHANGED] = g_signal_new ("changed", TST_TYPE_STAFF_FORM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tst_staff_form_init (TstStaffForm *self)
{
  GtkWidget *first = NULL;

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 6);
  self->name = gtk_entry_new ();
  gtk_widget_add_css_class (self->name, "large");
  gtk_entry_set_input_purpose (GTK_ENTRY (self->name), GTK_INPUT_PURPOSE_NAME);
  g_signal_connect_swapped (self->name, "changed", G_CALLBACK (on_changed), self);
  add_field (self, _("Nombre y apellido"), self->name);

  self->roles = gtk_flow_box_new ();
  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (self->roles), GTK_SELECTION_NONE);
  gtk_flow_box_set_column_spacing (GTK_FLOW_BOX (self->roles), 6);
  gtk_flow_box_set_row_spacing (GTK_FLOW_BOX (self->roles), 6);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (self->roles), 3);
  for (guint i = 0; tst_staff_roles[i] != NULL; i++)
    {
      GtkWidget *button = gtk_toggle_button_new_with_label (tst_staff_role_label (tst_staff_roles[i]));

      g_object_set_data (G_OBJECT (button), "role", (gpointer) tst_staff_roles[i]);
      gtk_widget_add_css_class (button, "chip");
      tst_build_wrap_button (button);
      if (first == NULL)
        first = button;
      else
        gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (button), GTK_TOGGLE_BUTTON (first));
      g_signal_connect_swapped (button, "toggled", G_CALLBACK (on_changed), self);
      gtk_flow_box_append (GTK_FLOW_BOX (self->roles), button);
      gtk_widget_set_focusable (gtk_widget_get_parent (button), FALSE);
    }
  add_field (self, _("¿Qué hace?"), self->roles);
  self->pin = make_pin ();
  add_field (self, _("PIN, de 6 a 12 cifras"), self->pin);
  self->again = make_pin ();
  add_field (self, _("El mismo PIN otra vez"), self->again);
  self->problem = tst_build_notice ();
  gtk_box_append (GTK_BOX (self), self->problem);
}

GtkWidget *
tst_staff_form_new (void)
{
  return g_object_new (TST_TYPE_STAFF_FORM, NULL);
}
