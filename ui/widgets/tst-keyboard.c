/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "widgets/tst-keyboard.h"

#include "widgets/tst-build.h"

#include <glib/gi18n.h>
#include <string.h>

typedef enum
{
  LAYER_LETTERS,
  LAYER_SIGNS,
  LAYER_DIGITS,
  LAYER_NUMBER,
  LAYER_PHONE,
  LAYER_EMAIL,
  N_LAYERS
} Layer;

/* Rows of keys, each so many cells wide as "*n" says. All rows of a layout have the same sum. */
#define MOST_ROWS 6
static const struct
{
  const char *name;
  const char *wide[MOST_ROWS], *narrow[MOST_ROWS];
} layouts[N_LAYERS] = {
  { "letters",
    { "1 2 3 4 5 6 7 8 9 0", "q w e r t y u i o p", "a s d f g h j k l ñ", "SHIFT z x c v b n m ACUTE BACK", "SIGNS*2 , SPACE*4 . ENTER*2" },
    { "a b c d e f g", "h i j k l m n", "ñ o p q r s t", "u v w x y z BACK", "SHIFT ACUTE SIGNS SPACE*2 . ENTER" } },
  { "signs",
    { "1 2 3 4 5 6 7 8 9 0", "@ # $ % & / ( ) = °", "¿ ? ¡ ! \" ' + - * _", "ü á é í ó ú ; : · BACK", "LETTERS*2 , SPACE*4 . ENTER*2" },
    { "1 2 3 4 5 6 7", "8 9 0 ¿ ? ¡ !", "@ # $ % & / -", "( ) \" ; : ü BACK", "LETTERS*2 , SPACE*2 . ENTER" } },
  { "digits", { "1 2 3", "4 5 6", "7 8 9", "ENTER 0 BACK" }, { "1 2 3", "4 5 6", "7 8 9", "ENTER 0 BACK" } },
  /* Decimals, days and hours. */
  { "number", { "1 2 3", "4 5 6", "7 8 9", ", 0 BACK", "- / :" }, { "1 2 3", "4 5 6", "7 8 9", ", 0 BACK", "- / :" } },
  { "phone", { "1 2 3", "4 5 6", "7 8 9", "+ 0 BACK" }, { "1 2 3", "4 5 6", "7 8 9", "+ 0 BACK" } },
  { "email",
    { "1 2 3 4 5 6 7 8 9 0", "q w e r t y u i o p", "a s d f g h j k l ñ", "- z x c v b n m _ BACK", "@ . .com .co @gmail.com*2 @hotmail.com*2 ENTER*2" },
    { "a b c d e f g", "h i j k l m n", "ñ o p q r s t", "u v w x y z BACK", "@ . - _ DIGITS*2 ENTER", "@gmail.com*3 @hotmail.com*4" } },
};

typedef enum
{
  SHIFT_OFF,
  SHIFT_ONCE,
  SHIFT_LOCKED
} Shift;

struct _TstKeyboard
{
  GtkBox parent_instance;
  GtkWidget *grid;
  GtkWidget *target; /* weak */
  GPtrArray *keys;   /* of GtkButton, not owned */
  Layer layer;
  Shift shift;
  gboolean narrow, acute;
  gboolean digits; /* of the narrow e-mail layer, which has no room for a row of them */
};

typedef enum
{
  PROP_NARROW = 1,
  PROP_LAYER,
} TstKeyboardProperty;

static GParamSpec *properties[PROP_LAYER + 1];

G_DEFINE_FINAL_TYPE (TstKeyboard, tst_keyboard, GTK_TYPE_BOX)

#define TOKEN "tst-key"

static const struct
{
  const char *token, *shown, *icon, *name;
} special[] = {
  { "SHIFT", "⇧", NULL, N_("Mayúsculas") },
  { "BACK", NULL, "edit-clear-symbolic", N_("Borrar") },
  { "SPACE", N_("espacio"), NULL, N_("Barra espaciadora") },
  { "ENTER", "↵", NULL, N_("Nueva línea") },
  { "ACUTE", "´", NULL, N_("Tilde") },
  { "SIGNS", "123", NULL, N_("Números y signos") },
  { "LETTERS", "ABC", NULL, N_("Letras") },
  { "DIGITS", "123", NULL, N_("Números") },
};

static int
find_special (const char *token)
{
  for (guint i = 0; i < G_N_ELEMENTS (special); i++)
    if (strcmp (special[i].token, token) == 0)
      return i;
  return -1;
}

/* --- what a key says now --- */

static const char *
accented (const char *letter)
{
  static const char *const pairs[] = { "a", "á", "e", "é", "i", "í", "o", "ó", "u", "ú" };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i += 2)
    if (strcmp (pairs[i], letter) == 0)
      return pairs[i + 1];
  return letter;
}

/* Words such as "@gmail.com" are typed as they stand. */
static char *
dup_said (TstKeyboard *self, const char *token)
{
  const char *said = self->acute ? accented (token) : token;

  if (self->shift == SHIFT_OFF || g_utf8_strlen (token, -1) != 1)
    return g_strdup (said);
  return g_utf8_strup (said, -1);
}

static void
say (TstKeyboard *self)
{
  for (guint i = 0; i < self->keys->len; i++)
    {
      GtkWidget *key = self->keys->pdata[i];
      const char *token = g_object_get_data (G_OBJECT (key), TOKEN);
      GtkWidget *label = gtk_button_get_child (GTK_BUTTON (key));
      g_autofree char *said = NULL;

      if (find_special (token) >= 0)
        {
          gboolean on = (strcmp (token, "SHIFT") == 0 && self->shift != SHIFT_OFF) || (strcmp (token, "ACUTE") == 0 && self->acute);

          if (strcmp (token, "SHIFT") == 0)
            gtk_label_set_label (GTK_LABEL (label), self->shift == SHIFT_LOCKED ? "⇪" : "⇧");
          if (on)
            gtk_widget_add_css_class (key, "on");
          else
            gtk_widget_remove_css_class (key, "on");
          continue;
        }
      said = dup_said (self, token);
      if (strcmp (gtk_label_get_label (GTK_LABEL (label)), said) == 0)
        continue;
      gtk_label_set_label (GTK_LABEL (label), said);
      gtk_accessible_update_property (GTK_ACCESSIBLE (key), GTK_ACCESSIBLE_PROPERTY_LABEL, said, -1);
    }
}

/* --- the field --- */

static GtkInputPurpose
get_purpose (GtkWidget *target)
{
  GtkInputPurpose purpose = GTK_INPUT_PURPOSE_FREE_FORM;

  if (target != NULL && g_object_class_find_property (G_OBJECT_GET_CLASS (target), "input-purpose") != NULL)
    g_object_get (target, "input-purpose", &purpose, NULL);
  return purpose;
}

static Layer
layer_for (GtkInputPurpose purpose)
{
  /* Only what differs from plain letters. */
  if (purpose == GTK_INPUT_PURPOSE_DIGITS || purpose == GTK_INPUT_PURPOSE_PIN)
    return LAYER_DIGITS;
  if (purpose == GTK_INPUT_PURPOSE_NUMBER)
    return LAYER_NUMBER;
  if (purpose == GTK_INPUT_PURPOSE_PHONE)
    return LAYER_PHONE;
  return purpose == GTK_INPUT_PURPOSE_EMAIL || purpose == GTK_INPUT_PURPOSE_URL ? LAYER_EMAIL : LAYER_LETTERS;
}

/* Up to three characters before the cursor: enough to know whether a sentence begins. */
static char *
dup_before (GtkWidget *target)
{
  if (GTK_IS_TEXT_VIEW (target))
    {
      GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (target));
      GtkTextIter start, end;

      gtk_text_buffer_get_iter_at_mark (buffer, &end, gtk_text_buffer_get_insert (buffer));
      start = end;
      gtk_text_iter_backward_chars (&start, 3);
      return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
    }
  else
    {
      int position = gtk_editable_get_position (GTK_EDITABLE (target));

      return gtk_editable_get_chars (GTK_EDITABLE (target), MAX (position - 3, 0), position);
    }
}

/* Names begin with a capital at each word, sentences after a full stop. */
static gboolean
wants_capital (GtkWidget *target)
{
  GtkInputPurpose purpose = get_purpose (target);
  g_autofree char *before = NULL;
  gsize length;

  if (purpose != GTK_INPUT_PURPOSE_FREE_FORM && purpose != GTK_INPUT_PURPOSE_NAME)
    return FALSE;
  before = dup_before (target);
  length = strlen (before);
  if (length == 0 || before[length - 1] == '\n')
    return TRUE;
  if (before[length - 1] != ' ')
    return FALSE;
  return purpose == GTK_INPUT_PURPOSE_NAME || (length > 1 && strchr (".?!", before[length - 2]) != NULL);
}

static void
settle_shift (TstKeyboard *self)
{
  if (self->shift != SHIFT_LOCKED)
    self->shift = self->target != NULL && wants_capital (self->target) ? SHIFT_ONCE : SHIFT_OFF;
}

static void
insert (TstKeyboard *self, const char *text)
{
  if (GTK_IS_TEXT_VIEW (self->target))
    {
      GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->target));

      gtk_text_buffer_delete_selection (buffer, TRUE, TRUE);
      gtk_text_buffer_insert_interactive_at_cursor (buffer, text, -1, gtk_text_view_get_editable (GTK_TEXT_VIEW (self->target)));
      gtk_text_view_scroll_mark_onscreen (GTK_TEXT_VIEW (self->target), gtk_text_buffer_get_insert (buffer));
    }
  else if (gtk_editable_get_editable (GTK_EDITABLE (self->target)))
    {
      int position;

      gtk_editable_delete_selection (GTK_EDITABLE (self->target));
      position = gtk_editable_get_position (GTK_EDITABLE (self->target));
      gtk_editable_insert_text (GTK_EDITABLE (self->target), text, -1, &position);
      gtk_editable_set_position (GTK_EDITABLE (self->target), position);
    }
}

static void
erase (TstKeyboard *self)
{
  if (GTK_IS_TEXT_VIEW (self->target))
    {
      GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->target));
      GtkTextIter at;

      if (gtk_text_buffer_delete_selection (buffer, TRUE, TRUE))
        return;
      gtk_text_buffer_get_iter_at_mark (buffer, &at, gtk_text_buffer_get_insert (buffer));
      gtk_text_buffer_backspace (buffer, &at, TRUE, gtk_text_view_get_editable (GTK_TEXT_VIEW (self->target)));
    }
  else
    {
      int position = gtk_editable_get_position (GTK_EDITABLE (self->target));
      int start, end;

      if (gtk_editable_get_selection_bounds (GTK_EDITABLE (self->target), &start, &end))
        gtk_editable_delete_selection (GTK_EDITABLE (self->target));
      else if (position > 0)
        gtk_editable_delete_text (GTK_EDITABLE (self->target), position - 1, position);
    }
}

/* A new line where there are lines; elsewhere what the key does on a keyboard: the page goes on. */
static void
enter (TstKeyboard *self)
{
  GtkWidget *target = self->target;

  if (GTK_IS_TEXT_VIEW (target))
    {
      insert (self, "\n");
      return;
    }
  if (GTK_IS_EDITABLE (target) && !GTK_IS_TEXT (target) && gtk_editable_get_delegate (GTK_EDITABLE (target)) != NULL)
    target = GTK_WIDGET (gtk_editable_get_delegate (GTK_EDITABLE (target)));
  if (GTK_IS_TEXT (target))
    g_signal_emit_by_name (target, "activate");
}

/* --- keys --- */

static void show_layer (TstKeyboard *self);

static void
set_layer (TstKeyboard *self, Layer layer)
{
  if (self->layer == layer)
    return;
  self->layer = layer;
  show_layer (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LAYER]);
}

static void
act (TstKeyboard *self, const char *token)
{
  if (strcmp (token, "SHIFT") == 0)
    self->shift = (self->shift + 1) % (SHIFT_LOCKED + 1);
  else if (strcmp (token, "ACUTE") == 0)
    self->acute = !self->acute;
  else if (strcmp (token, "SIGNS") == 0)
    set_layer (self, LAYER_SIGNS);
  else if (strcmp (token, "LETTERS") == 0)
    set_layer (self, layer_for (get_purpose (tst_keyboard_get_target (self))));
  else if (strcmp (token, "DIGITS") == 0)
    {
      self->digits = !self->digits;
      show_layer (self);
    }
  else if (tst_keyboard_get_target (self) != NULL)
    {
      if (strcmp (token, "BACK") == 0)
        erase (self);
      else if (strcmp (token, "ENTER") == 0)
        enter (self);
      else
        {
          g_autofree char *said = strcmp (token, "SPACE") == 0 ? g_strdup (" ") : dup_said (self, token);

          self->acute = FALSE;
          insert (self, said);
        }
      settle_shift (self);
    }
  say (self);
}

/* At the press: the release tells nothing new. Claiming keeps the button's own gesture from saying it twice; its "clicked" is left to
 * real keyboards, switches and screen readers. */
static void
on_pressed (TstKeyboard *self, int n_press, double x, double y, GtkGesture *gesture)
{
  GtkWidget *key = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (gesture));

  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  gtk_widget_set_state_flags (key, GTK_STATE_FLAG_ACTIVE, FALSE);
  act (self, g_object_get_data (G_OBJECT (key), TOKEN));
}

static void
on_let_go (GtkGesture *gesture)
{
  GtkWidget *key = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (gesture));

  if (key != NULL)
    gtk_widget_unset_state_flags (key, GTK_STATE_FLAG_ACTIVE);
}

static void
on_clicked (TstKeyboard *self, GtkWidget *key)
{
  act (self, g_object_get_data (G_OBJECT (key), TOKEN));
}

static GtkWidget *
make_key (TstKeyboard *self, const char *token)
{
  GtkWidget *key = gtk_button_new ();
  GtkGesture *press = gtk_gesture_click_new ();
  int index = find_special (token);
  GtkWidget *child = index >= 0 && special[index].icon != NULL ? gtk_image_new_from_icon_name (special[index].icon)
                                                               : gtk_label_new (index >= 0 ? _(special[index].shown) : token);

  gtk_widget_add_css_class (key, "key");
  if (index >= 0)
    gtk_widget_add_css_class (key, strcmp (token, "SPACE") == 0 ? "space" : "special");
  else if (g_utf8_strlen (token, -1) > 1)
    gtk_widget_add_css_class (key, "word");
  gtk_button_set_child (GTK_BUTTON (key), child);
  gtk_accessible_update_property (GTK_ACCESSIBLE (key), GTK_ACCESSIBLE_PROPERTY_LABEL, index >= 0 ? _(special[index].name) : token, -1);
  g_object_set_data_full (G_OBJECT (key), TOKEN, g_strdup (token), g_free);
  gtk_widget_set_focus_on_click (key, FALSE); /* the cursor stays in the field */
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (press), GDK_BUTTON_PRIMARY);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (press), GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (press, "pressed", G_CALLBACK (on_pressed), self);
  g_signal_connect (press, "end", G_CALLBACK (on_let_go), NULL);
  gtk_widget_add_controller (key, GTK_EVENT_CONTROLLER (press));
  tst_build_prompt (key);
  g_signal_connect_swapped (key, "clicked", G_CALLBACK (on_clicked), self);
  g_ptr_array_add (self->keys, key);
  return key;
}

static void
show_layer (TstKeyboard *self)
{
  const char *const *rows = self->narrow ? layouts[self->layer].narrow : layouts[self->layer].wide;

  if (self->layer == LAYER_EMAIL && self->narrow && self->digits)
    {
      static const char *const instead[MOST_ROWS] = { "1 2 3 4 5 6 7", "8 9 0 @ . - BACK", "_ DIGITS*3 ENTER*3" };

      rows = instead;
    }
  g_ptr_array_set_size (self->keys, 0);
  if (self->grid != NULL)
    gtk_box_remove (GTK_BOX (self), self->grid);
  self->grid = gtk_grid_new ();
  gtk_grid_set_column_homogeneous (GTK_GRID (self->grid), TRUE);
  gtk_grid_set_row_homogeneous (GTK_GRID (self->grid), TRUE);
  gtk_grid_set_row_spacing (GTK_GRID (self->grid), 3);
  gtk_grid_set_column_spacing (GTK_GRID (self->grid), 3);
  gtk_widget_set_hexpand (self->grid, TRUE);
  for (int row = 0; row < MOST_ROWS && rows[row] != NULL; row++)
    {
      g_auto (GStrv) tokens = g_strsplit (rows[row], " ", -1);
      int column = 0;

      for (guint i = 0; tokens[i] != NULL; i++)
        {
          /* "*" itself is a key. */
          char *star = tokens[i][0] != '*' ? strchr (tokens[i], '*') : NULL;
          int cells = 1;

          if (star != NULL)
            {
              cells = star[1] - '0';
              *star = '\0';
            }
          gtk_grid_attach (GTK_GRID (self->grid), make_key (self, tokens[i]), column, row, cells, 1);
          column += cells;
        }
    }
  gtk_box_append (GTK_BOX (self), self->grid);
  say (self);
}

/* --- the widget --- */

static void
tst_keyboard_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TstKeyboard *self = TST_KEYBOARD (object);

  switch ((TstKeyboardProperty) id)
    {
    case PROP_NARROW:
      g_value_set_boolean (value, self->narrow);
      break;
    case PROP_LAYER:
      g_value_set_string (value, layouts[self->layer].name);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tst_keyboard_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if ((TstKeyboardProperty) id == PROP_NARROW)
    tst_keyboard_set_narrow (TST_KEYBOARD (object), g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tst_keyboard_dispose (GObject *object)
{
  TstKeyboard *self = TST_KEYBOARD (object);

  g_clear_weak_pointer (&self->target);
  G_OBJECT_CLASS (tst_keyboard_parent_class)->dispose (object);
}

static void
tst_keyboard_finalize (GObject *object)
{
  g_ptr_array_unref (TST_KEYBOARD (object)->keys);
  G_OBJECT_CLASS (tst_keyboard_parent_class)->finalize (object);
}

static void
tst_keyboard_class_init (TstKeyboardClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = tst_keyboard_get_property;
  object_class->set_property = tst_keyboard_set_property;
  object_class->dispose = tst_keyboard_dispose;
  object_class->finalize = tst_keyboard_finalize;
  properties[PROP_NARROW] = g_param_spec_boolean ("narrow", NULL, NULL, FALSE,
                                                  G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_LAYER] = g_param_spec_string ("layer", NULL, NULL, NULL,
                                                G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "keyboard");
}

static void
tst_keyboard_init (TstKeyboard *self)
{
  self->keys = g_ptr_array_new ();
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Teclado"), -1);
  show_layer (self);
}

GtkWidget *
tst_keyboard_new (void)
{
  return g_object_new (TST_TYPE_KEYBOARD, NULL);
}

void
tst_keyboard_set_target (TstKeyboard *self, GtkWidget *target)
{
  g_return_if_fail (TST_IS_KEYBOARD (self));
  g_return_if_fail (target == NULL || GTK_IS_EDITABLE (target) || GTK_IS_TEXT_VIEW (target));
  if (!g_set_weak_pointer (&self->target, target))
    return;
  self->shift = SHIFT_OFF;
  self->acute = self->digits = FALSE;
  settle_shift (self);
  if (self->layer != layer_for (get_purpose (target)))
    set_layer (self, layer_for (get_purpose (target)));
  else
    say (self);
}

GtkWidget *
tst_keyboard_get_target (TstKeyboard *self)
{
  g_return_val_if_fail (TST_IS_KEYBOARD (self), NULL);
  /* A field that has left the window is no place to type into, whoever still holds it. */
  return self->target != NULL && gtk_widget_get_root (self->target) != NULL ? self->target : NULL;
}

void
tst_keyboard_set_narrow (TstKeyboard *self, gboolean narrow)
{
  g_return_if_fail (TST_IS_KEYBOARD (self));
  if (self->narrow == narrow)
    return;
  self->narrow = narrow;
  if (narrow)
    gtk_widget_add_css_class (GTK_WIDGET (self), "narrow");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "narrow");
  show_layer (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NARROW]);
}

void
tst_keyboard_speak (TstKeyboard *self)
{
  g_return_if_fail (TST_IS_KEYBOARD (self));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Teclado"), -1);
  show_layer (self);
}

const char *
tst_keyboard_get_layer (TstKeyboard *self)
{
  g_return_val_if_fail (TST_IS_KEYBOARD (self), NULL);
  return layouts[self->layer].name;
}

gboolean
tst_keyboard_press (TstKeyboard *self, const char *key)
{
  g_return_val_if_fail (TST_IS_KEYBOARD (self) && key != NULL, FALSE);
  for (guint i = 0; i < self->keys->len; i++)
    {
      const char *token = g_object_get_data (self->keys->pdata[i], TOKEN);
      g_autofree char *said = find_special (token) >= 0 ? g_strdup (token) : dup_said (self, token);

      if (strcmp (said, key) == 0)
        {
          g_autofree char *pressed = g_strdup (token); /* the key may go */

          act (self, pressed);
          return TRUE;
        }
    }
  return FALSE;
}
