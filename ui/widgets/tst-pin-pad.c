/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "widgets/tst-pin-pad.h"

#include "journal/tst-staff.h"
#include "record/tst-sodium.h"
#include "widgets/tst-build.h"

#include <glib/gi18n.h>
#include <sodium.h>
#include <string.h>

struct _TstPinPad
{
  GtkBox parent_instance;
  GtkWidget *dots, *enter;
  char *pin; /* sodium_malloc, TST_PIN_MAX + 1 */
};

enum
{
  ENTERED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TstPinPad, tst_pin_pad, GTK_TYPE_BOX)

static void
show (TstPinPad *self)
{
  gsize length = strlen (self->pin);
  g_autofree char *said = g_strdup_printf (ngettext ("%d cifra", "%d cifras", length), (int) length);
  GString *dots = g_string_new (NULL);

  for (gsize i = 0; i < MAX (length, TST_PIN_MIN); i++)
    g_string_append (dots, i < length ? "● " : "○ ");
  gtk_label_set_label (GTK_LABEL (self->dots), dots->str);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->dots), GTK_ACCESSIBLE_PROPERTY_LABEL, said, -1);
  gtk_widget_set_sensitive (self->enter, length >= TST_PIN_MIN);
  g_string_free (dots, TRUE);
}

void
tst_pin_pad_type (TstPinPad *self, const char *digits)
{
  gsize length;

  g_return_if_fail (TST_IS_PIN_PAD (self));
  length = strlen (self->pin);
  for (; *digits != '\0'; digits++)
    if (g_ascii_isdigit (*digits) && length < TST_PIN_MAX)
      self->pin[length++] = *digits;
  self->pin[length] = '\0';
  show (self);
}

void
tst_pin_pad_clear (TstPinPad *self)
{
  g_return_if_fail (TST_IS_PIN_PAD (self));
  sodium_memzero (self->pin, TST_PIN_MAX + 1);
  show (self);
}

static void
erase_one (TstPinPad *self)
{
  gsize length = strlen (self->pin);

  if (length > 0)
    self->pin[length - 1] = '\0';
  show (self);
}

void
tst_pin_pad_enter (TstPinPad *self)
{
  g_return_if_fail (TST_IS_PIN_PAD (self));
  if (strlen (self->pin) >= TST_PIN_MIN)
    {
      g_signal_emit (self, signals[ENTERED], 0, self->pin);
      tst_pin_pad_clear (self);
    }
}

static void
on_digit (TstPinPad *self, GtkButton *button)
{
  tst_pin_pad_type (self, gtk_button_get_label (button));
}

static gboolean
on_key (TstPinPad *self, guint key, guint code, GdkModifierType state)
{
  gunichar character = gdk_keyval_to_unicode (key);
  char digit[2] = { 0 };

  if (state & (GDK_CONTROL_MASK | GDK_ALT_MASK))
    return FALSE;
  if (key == GDK_KEY_BackSpace)
    erase_one (self);
  else if (key == GDK_KEY_Return || key == GDK_KEY_KP_Enter)
    tst_pin_pad_enter (self);
  else if (character >= '0' && character <= '9')
    {
      digit[0] = character;
      tst_pin_pad_type (self, digit);
    }
  else
    return FALSE;
  return TRUE;
}

static void
tst_pin_pad_finalize (GObject *object)
{
  sodium_free (TST_PIN_PAD (object)->pin);
  G_OBJECT_CLASS (tst_pin_pad_parent_class)->finalize (object);
}

static void
tst_pin_pad_class_init (TstPinPadClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tst_pin_pad_finalize;
  signals[ENTERED] = g_signal_new ("entered", TST_TYPE_PIN_PAD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                   G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);
}

static void
tst_pin_pad_init (TstPinPad *self)
{
  GtkWidget *grid = gtk_grid_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkWidget *erase = gtk_button_new_from_icon_name ("edit-clear-symbolic");

  self->pin = tst_secret_alloc (TST_PIN_MAX + 1);
  memset (self->pin, 0, TST_PIN_MAX + 1);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 12);
  gtk_widget_set_halign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  self->dots = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->dots, "title-2");
  gtk_box_append (GTK_BOX (self), self->dots);

  gtk_grid_set_row_spacing (GTK_GRID (grid), 8);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 8);
  gtk_grid_set_column_homogeneous (GTK_GRID (grid), TRUE);
  for (int digit = 1; digit <= 10; digit++)
    {
      char text[2] = { digit == 10 ? '0' : '0' + digit, '\0' };
      GtkWidget *button = gtk_button_new_with_label (text);

      gtk_widget_add_css_class (button, "digit");
      tst_build_prompt (button);
      g_signal_connect_swapped (button, "clicked", G_CALLBACK (on_digit), self);
      gtk_grid_attach (GTK_GRID (grid), button, digit == 10 ? 1 : (digit - 1) % 3, (digit - 1) / 3, 1, 1);
    }
  gtk_widget_add_css_class (erase, "digit");
  tst_build_prompt (erase);
  gtk_widget_set_tooltip_text (erase, _("Borrar la última cifra"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (erase), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Borrar la última cifra"), -1);
  g_signal_connect_swapped (erase, "clicked", G_CALLBACK (erase_one), self);
  gtk_grid_attach (GTK_GRID (grid), erase, 0, 3, 1, 1);
  self->enter = gtk_button_new_with_label (_("Entrar"));
  gtk_widget_add_css_class (self->enter, "digit");
  gtk_widget_add_css_class (self->enter, "word");
  gtk_widget_add_css_class (self->enter, "suggested-action");
  g_signal_connect_swapped (self->enter, "clicked", G_CALLBACK (tst_pin_pad_enter), self);
  gtk_grid_attach (GTK_GRID (grid), self->enter, 2, 3, 1, 1);
  gtk_box_append (GTK_BOX (self), grid);

  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  show (self);
}

GtkWidget *
tst_pin_pad_new (void)
{
  return g_object_new (TST_TYPE_PIN_PAD, NULL);
}
