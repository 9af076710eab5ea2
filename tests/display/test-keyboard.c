/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-page.h"
#include "support/tst-find.h"
#include "support/tst-shot.h"
#include "widgets/tst-keyboard.h"
#include "widgets/tst-pin-pad.h"

#include <adwaita.h>
#include <stdlib.h>
#include <string.h>

typedef struct
{
  GtkWidget *window, *entry, *area, *keyboard;
} Case;

static void
case_new (Case *self, int width, gboolean narrow)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  self->window = adw_window_new ();
  self->entry = gtk_entry_new ();
  self->area = gtk_text_view_new ();
  self->keyboard = tst_keyboard_new ();
  tst_keyboard_set_narrow (TST_KEYBOARD (self->keyboard), narrow);
  gtk_widget_set_vexpand (self->area, TRUE);
  gtk_box_append (GTK_BOX (box), self->entry);
  gtk_box_append (GTK_BOX (box), self->area);
  gtk_box_append (GTK_BOX (box), self->keyboard);
  adw_window_set_content (ADW_WINDOW (self->window), box);
  gtk_window_set_default_size (GTK_WINDOW (self->window), width, 640);
  gtk_window_present (GTK_WINDOW (self->window));
  tst_settle (100);
}

static void
case_free (Case *self)
{
  gtk_window_destroy (GTK_WINDOW (self->window));
}

static void
press (Case *self, const char *keys)
{
  g_auto (GStrv) each = g_strsplit (keys, " ", -1);

  for (guint i = 0; each[i] != NULL; i++)
    if (!tst_keyboard_press (TST_KEYBOARD (self->keyboard), each[i]))
      g_error ("no key %s on layer %s", each[i], tst_keyboard_get_layer (TST_KEYBOARD (self->keyboard)));
}

static void
test_words (void)
{
  Case c;
  const char *text;

  case_new (&c, 900, FALSE);
  gtk_entry_set_input_purpose (GTK_ENTRY (c.entry), GTK_INPUT_PURPOSE_NAME);
  tst_keyboard_set_target (TST_KEYBOARD (c.keyboard), c.entry);
  g_assert_cmpstr (tst_keyboard_get_layer (TST_KEYBOARD (c.keyboard)), ==, "letters");
  /* Each word of a name begins with a capital by itself. */
  press (&c, "I ñ ACUTE é s SPACE P x BACK e ñ a");
  text = gtk_editable_get_text (GTK_EDITABLE (c.entry));
  g_assert_cmpstr (text, ==, "Iñés Peña");
  g_assert_false (tst_keyboard_press (TST_KEYBOARD (c.keyboard), "?"));
  press (&c, "SIGNS ? LETTERS SHIFT SHIFT A B SHIFT c");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (c.entry)), ==, "Iñés Peña?ABc");
  case_free (&c);
}

/* By a switch, a real keyboard or a screen reader: each time counts, and once, however soon the next one comes. */
static void
test_activated (void)
{
  Case c;
  GtkWidget *key;

  case_new (&c, 360, TRUE);
  gtk_entry_set_input_purpose (GTK_ENTRY (c.entry), GTK_INPUT_PURPOSE_ALPHA);
  tst_keyboard_set_target (TST_KEYBOARD (c.keyboard), c.entry);
  press (&c, "c a");
  key = tst_find_button (c.keyboard, "l");
  for (guint i = 0; i < 2; i++)
    g_assert_true (gtk_widget_activate (key));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (c.entry)), ==, "call");
  /* When GTK has told its clicks nothing has come to it. */
  tst_settle (600);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (c.entry)), ==, "call");
  g_assert_true (gtk_widget_activate (tst_find_button (c.keyboard, "e")));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (c.entry)), ==, "calle");
  case_free (&c);
}

static void
on_entered (GtkWidget *pad, const char *pin, char **entered)
{
  *entered = g_strdup (pin);
}

/* Nor is a figure of a PIN lost that stands in it twice. */
static void
test_pin (void)
{
  GtkWidget *window = adw_window_new (), *pad = tst_pin_pad_new ();
  g_autofree char *entered = NULL;

  adw_window_set_content (ADW_WINDOW (window), pad);
  gtk_window_present (GTK_WINDOW (window));
  g_signal_connect (pad, "entered", G_CALLBACK (on_entered), &entered);
  for (const char *digit = "5588440"; *digit != '\0'; digit++)
    {
      const char label[2] = { *digit, '\0' };

      g_assert_true (gtk_widget_activate (tst_find_button (pad, label)));
    }
  tst_settle (600);
  tst_pin_pad_enter (TST_PIN_PAD (pad));
  g_assert_cmpstr (entered, ==, "5588440");
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_sentences (void)
{
  Case c;
  GtkTextBuffer *buffer;
  g_autofree char *text = NULL;

  case_new (&c, 360, TRUE);
  tst_keyboard_set_target (TST_KEYBOARD (c.keyboard), c.area);
  press (&c, "N o . SPACE Y SPACE a ENTER B ACUTE BACK X");
  g_object_get (gtk_text_view_get_buffer (GTK_TEXT_VIEW (c.area)), "text", &text, NULL);
  g_assert_cmpstr (text, ==, "No. Y a\nX");
  /* What is selected is replaced. */
  buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (c.area));
  {
    GtkTextIter start, end;

    gtk_text_buffer_get_bounds (buffer, &start, &end);
    gtk_text_buffer_select_range (buffer, &start, &end);
  }
  press (&c, "u");
  g_free (text);
  g_object_get (buffer, "text", &text, NULL);
  g_assert_cmpstr (text, ==, "u");
  case_free (&c);
}

static void
test_purposes (void)
{
  static const struct
  {
    GtkInputPurpose purpose;
    const char *layer, *keys, *text;
  } each[] = {
    { GTK_INPUT_PURPOSE_DIGITS, "digits", "1 0 9 BACK 8", "108" },
    { GTK_INPUT_PURPOSE_NUMBER, "number", "- 1 , 0 9 BACK 8", "-1,08" },
    { GTK_INPUT_PURPOSE_PHONE, "phone", "+ 5 7", "+57" },
    { GTK_INPUT_PURPOSE_EMAIL, "email", "a n a . r _ 7 @gmail.com", "ana.r_7@gmail.com" },
    { GTK_INPUT_PURPOSE_FREE_FORM, "letters", "A ñ o", "Año" },
  };

  for (guint narrow = 0; narrow < 2; narrow++)
    {
      Case c;

      case_new (&c, narrow ? 360 : 900, narrow);
      for (guint i = 0; i < G_N_ELEMENTS (each); i++)
        {
          g_autofree char *keys = NULL;
          GString *with = g_string_new (each[i].keys);

          gtk_editable_set_text (GTK_EDITABLE (c.entry), "");
          gtk_entry_set_input_purpose (GTK_ENTRY (c.entry), each[i].purpose);
          tst_keyboard_set_target (TST_KEYBOARD (c.keyboard), NULL);
          tst_keyboard_set_target (TST_KEYBOARD (c.keyboard), c.entry);
          g_assert_cmpstr (tst_keyboard_get_layer (TST_KEYBOARD (c.keyboard)), ==, each[i].layer);
          if (narrow && each[i].purpose == GTK_INPUT_PURPOSE_EMAIL)
            g_string_replace (with, "7 ", "DIGITS 7 DIGITS ", 1);
          keys = g_string_free (with, FALSE);
          press (&c, keys);
          g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (c.entry)), ==, each[i].text);
        }
      case_free (&c);
    }
}

static void
check_sizes (GtkWidget *widget, guint *n)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      if (GTK_IS_BUTTON (child))
        {
          ++*n;
          g_assert_cmpint (gtk_widget_get_allocated_width (child), >=, 48);
          g_assert_cmpint (gtk_widget_get_allocated_height (child), >=, 48);
        }
      check_sizes (child, n);
    }
}

static void
test_sizes (void)
{
  static const GtkInputPurpose purposes[] = { GTK_INPUT_PURPOSE_FREE_FORM, GTK_INPUT_PURPOSE_DIGITS, GTK_INPUT_PURPOSE_PHONE,
                                              GTK_INPUT_PURPOSE_EMAIL };

  for (guint narrow = 0; narrow < 2; narrow++)
    {
      Case c;

      case_new (&c, narrow ? 360 : 800, narrow);
      for (guint i = 0; i < G_N_ELEMENTS (purposes) + 1; i++)
        {
          guint n = 0;

          gtk_entry_set_input_purpose (GTK_ENTRY (c.entry), purposes[i % G_N_ELEMENTS (purposes)]);
          tst_keyboard_set_target (TST_KEYBOARD (c.keyboard), NULL);
          tst_keyboard_set_target (TST_KEYBOARD (c.keyboard), c.entry);
          if (i == G_N_ELEMENTS (purposes))
            press (&c, "SIGNS");
          tst_settle (120);
          check_sizes (c.keyboard, &n);
          g_assert_cmpuint (n, >=, 12);
          g_assert_cmpint (gtk_widget_get_width (c.window), <=, narrow ? 360 : 800);
          {
            g_autofree char *name = g_strdup_printf ("keyboard-%s-%u", narrow ? "narrow" : "wide", i);

            tst_shot_named (c.window, name);
          }
        }
      case_free (&c);
    }
}

static void
activated (guint *n)
{
  ++*n;
}

static void
test_enter_goes_on (void)
{
  Case c;
  guint n = 0;

  case_new (&c, 900, FALSE);
  tst_keyboard_set_target (TST_KEYBOARD (c.keyboard), c.entry);
  g_signal_connect_swapped (c.entry, "activate", G_CALLBACK (activated), &n);
  press (&c, "ENTER");
  g_assert_cmpuint (n, ==, 1);
  /* A field that goes is let go. */
  gtk_box_remove (GTK_BOX (gtk_widget_get_parent (c.entry)), c.entry);
  g_assert_null (tst_keyboard_get_target (TST_KEYBOARD (c.keyboard)));
  press (&c, "A BACK ENTER");
  case_free (&c);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_type_ensure (TST_TYPE_PAGE); /* brings the style sheets in */
  g_type_class_unref (g_type_class_ref (TST_TYPE_PAGE));
  tst_find_style ();
  g_test_add_func ("/keyboard/words", test_words);
  g_test_add_func ("/keyboard/sentences", test_sentences);
  g_test_add_func ("/keyboard/activated", test_activated);
  g_test_add_func ("/keyboard/pin", test_pin);
  g_test_add_func ("/keyboard/purposes", test_purposes);
  g_test_add_func ("/keyboard/sizes", test_sizes);
  g_test_add_func ("/keyboard/enter-goes-on", test_enter_goes_on);
  return g_test_run ();
}
