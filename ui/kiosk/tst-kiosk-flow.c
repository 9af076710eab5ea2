/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-kiosk-flow.h"

#include "widgets/tst-build.h"
#include "widgets/tst-choice.h"
#include "widgets/tst-form.h"

#include <glib/gi18n.h>
#include <string.h>

typedef struct
{
  const char *name, *forward;
  gboolean voluntary, own_buttons, aside;
  GtkWidget *box;
} Step;

typedef struct
{
  GPtrArray *steps;  /* of Step */
  GPtrArray *way;    /* of Step: those gone through, without the one shown */
  Step *step;
  GtkWidget *scroller, *column, *progress, *notice, *back, *forward;
  gboolean busy;
} TstKioskFlowPrivate;

typedef enum
{
  PROP_STEP = 1,
} TstKioskFlowProperty;

static GParamSpec *properties[PROP_STEP + 1];

G_DEFINE_TYPE_WITH_PRIVATE (TstKioskFlow, tst_kiosk_flow, TST_TYPE_KIOSK_SCREEN)

static TstKioskFlowPrivate *
get_private (TstKioskFlow *self)
{
  return tst_kiosk_flow_get_instance_private (self);
}

static Step *
find (TstKioskFlow *self, const char *name)
{
  GPtrArray *steps = get_private (self)->steps;

  for (guint i = 0; i < steps->len; i++)
    if (strcmp (((Step *) steps->pdata[i])->name, name) == 0)
      return steps->pdata[i];
  g_assert_not_reached ();
}

static const char *
next_of (TstKioskFlow *self, const char *step)
{
  return TST_KIOSK_FLOW_GET_CLASS (self)->next (self, step);
}

static void
set_forward_label (TstKioskFlowPrivate *priv, const char *text)
{
  gtk_label_set_label (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (priv->forward))), text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (priv->forward), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

void
tst_kiosk_flow_update (TstKioskFlow *self)
{
  TstKioskFlowPrivate *priv = get_private (self);
  gboolean complete;
  g_autofree char *progress = NULL;
  guint total;

  g_return_if_fail (TST_IS_KIOSK_FLOW (self));
  if (priv->step == NULL)
    return;
  complete = TST_KIOSK_FLOW_GET_CLASS (self)->is_complete (self, priv->step->name);
  total = priv->way->len + 1;
  for (const char *name = next_of (self, priv->step->name); name != NULL && total < 30; name = next_of (self, name))
    total++;
  progress = g_strdup_printf (_("%u de %u"), priv->way->len + 1, total);
  gtk_label_set_label (GTK_LABEL (priv->progress), priv->step->aside ? "" : progress);
  set_forward_label (priv, !complete && priv->step->voluntary ? _("Omitir") : priv->step->forward != NULL ? _(priv->step->forward) : _("Seguir"));
  gtk_widget_set_sensitive (priv->forward, !priv->busy && (complete || priv->step->voluntary));
  gtk_widget_set_sensitive (priv->back, !priv->busy);
  gtk_widget_set_visible (priv->forward, !priv->step->own_buttons);
}

/* Where one writes or chooses; «Atrás» and «Seguir» come after. */
static void
focus_step (TstKioskFlow *self)
{
  TstKioskFlowPrivate *priv = get_private (self);

  if (gtk_widget_get_root (GTK_WIDGET (self)) == NULL)
    return;
  if (!gtk_widget_child_focus (priv->step->box, GTK_DIR_TAB_FORWARD))
    gtk_widget_grab_focus (gtk_widget_get_visible (priv->forward) ? priv->forward : priv->back);
}

static void
show_step (TstKioskFlow *self, Step *step)
{
  TstKioskFlowPrivate *priv = get_private (self);
  Step *before = priv->step;

  if (before != NULL && TST_KIOSK_FLOW_GET_CLASS (self)->left != NULL)
    TST_KIOSK_FLOW_GET_CLASS (self)->left (self, before->name);
  priv->step = step;
  for (guint i = 0; i < priv->steps->len; i++)
    gtk_widget_set_visible (((Step *) priv->steps->pdata[i])->box, priv->steps->pdata[i] == step);
  tst_kiosk_flow_set_trouble (self, NULL);
  tst_kiosk_flow_update (self);
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (priv->scroller)), 0);
  if (TST_KIOSK_FLOW_GET_CLASS (self)->entered != NULL)
    TST_KIOSK_FLOW_GET_CLASS (self)->entered (self, step->name);
  focus_step (self);
  tst_kiosk_screen_act (TST_KIOSK_SCREEN (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STEP]);
}

void
tst_kiosk_flow_go (TstKioskFlow *self, const char *step)
{
  TstKioskFlowPrivate *priv = get_private (self);

  g_return_if_fail (TST_IS_KIOSK_FLOW (self));
  if (priv->step != NULL)
    g_ptr_array_add (priv->way, priv->step);
  show_step (self, find (self, step));
}

void
tst_kiosk_flow_go_on (TstKioskFlow *self)
{
  TstKioskFlowPrivate *priv = get_private (self);
  TstKioskFlowClass *klass = TST_KIOSK_FLOW_GET_CLASS (self);
  const char *next;

  g_return_if_fail (TST_IS_KIOSK_FLOW (self));
  if (priv->busy || (!priv->step->voluntary && !klass->is_complete (self, priv->step->name)))
    return;
  if (klass->check != NULL && !klass->check (self, priv->step->name))
    return;
  tst_kiosk_flow_set_trouble (self, NULL);
  next = next_of (self, priv->step->name);
  if (next != NULL)
    tst_kiosk_flow_go (self, next);
  else
    klass->complete (self);
}

static gboolean
tst_kiosk_flow_back (TstKioskScreen *screen)
{
  TstKioskFlow *self = TST_KIOSK_FLOW (screen);
  TstKioskFlowPrivate *priv = get_private (self);

  if (priv->busy)
    return TRUE;
  if (priv->way->len == 0)
    return FALSE;
  show_step (self, g_ptr_array_steal_index (priv->way, priv->way->len - 1));
  return TRUE;
}

static void
on_back (TstKioskFlow *self)
{
  if (!tst_kiosk_flow_back (TST_KIOSK_SCREEN (self)))
    tst_kiosk_screen_leave (TST_KIOSK_SCREEN (self));
}

static void
tst_kiosk_flow_shown (TstKioskScreen *screen)
{
  focus_step (TST_KIOSK_FLOW (screen));
}

static void
tst_kiosk_flow_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if ((TstKioskFlowProperty) id == PROP_STEP)
    g_value_set_string (value, tst_kiosk_flow_get_step (TST_KIOSK_FLOW (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tst_kiosk_flow_finalize (GObject *object)
{
  TstKioskFlowPrivate *priv = get_private (TST_KIOSK_FLOW (object));

  g_ptr_array_unref (priv->steps);
  g_ptr_array_unref (priv->way);
  G_OBJECT_CLASS (tst_kiosk_flow_parent_class)->finalize (object);
}

static void
tst_kiosk_flow_class_init (TstKioskFlowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = tst_kiosk_flow_get_property;
  object_class->finalize = tst_kiosk_flow_finalize;
  TST_KIOSK_SCREEN_CLASS (klass)->back = tst_kiosk_flow_back;
  TST_KIOSK_SCREEN_CLASS (klass)->shown = tst_kiosk_flow_shown;
  properties[PROP_STEP] = g_param_spec_string ("step", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
tst_kiosk_flow_init (TstKioskFlow *self)
{
  TstKioskFlowPrivate *priv = get_private (self);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *clamp = adw_clamp_new ();
  GtkWidget *foot_clamp = adw_clamp_new ();
  GtkWidget *foot = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);

  priv->steps = g_ptr_array_new_with_free_func (g_free);
  priv->way = g_ptr_array_new ();
  priv->column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);
  gtk_widget_add_css_class (priv->column, "kiosk-column");
  priv->progress = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (priv->progress), 0);
  gtk_widget_add_css_class (priv->progress, "dim-label");
  gtk_widget_add_css_class (priv->progress, "step-count");
  gtk_box_append (GTK_BOX (priv->column), priv->progress);
  priv->notice = tst_form_notice_new ();
  gtk_box_append (GTK_BOX (priv->column), priv->notice);
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), 760);
  adw_clamp_set_child (ADW_CLAMP (clamp), priv->column);
  priv->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (priv->scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  /* A bar that stays tells who never scrolled that there is more. */
  gtk_scrolled_window_set_overlay_scrolling (GTK_SCROLLED_WINDOW (priv->scroller), FALSE);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (priv->scroller), clamp);
  gtk_widget_set_vexpand (priv->scroller, TRUE);
  gtk_box_append (GTK_BOX (box), priv->scroller);

  priv->back = tst_form_button (_("Atrás"), "main");
  priv->forward = tst_form_button (_("Seguir"), "main suggested-action");
  g_signal_connect_swapped (priv->back, "clicked", G_CALLBACK (on_back), self);
  g_signal_connect_swapped (priv->forward, "clicked", G_CALLBACK (tst_kiosk_flow_go_on), self);
  gtk_box_append (GTK_BOX (foot), priv->back);
  gtk_box_append (GTK_BOX (foot), priv->forward);
  /* Not of one width: the longer word needs more of it at large text. */
  gtk_widget_set_hexpand (priv->back, TRUE);
  gtk_widget_set_hexpand (priv->forward, TRUE);
  gtk_widget_add_css_class (foot, "kiosk-foot");
  adw_clamp_set_maximum_size (ADW_CLAMP (foot_clamp), 760);
  adw_clamp_set_child (ADW_CLAMP (foot_clamp), foot);
  gtk_box_append (GTK_BOX (box), foot_clamp);
  adw_bin_set_child (ADW_BIN (self), box);
}

GtkWidget *
tst_kiosk_flow_add (TstKioskFlow *self, const char *name, const char *question, const char *explanation, const char *forward,
                    gboolean voluntary)
{
  TstKioskFlowPrivate *priv = get_private (self);
  Step *step = g_new0 (Step, 1);
  GtkWidget *title;

  g_return_val_if_fail (TST_IS_KIOSK_FLOW (self), NULL);
  step->name = name;
  step->forward = forward;
  step->voluntary = voluntary;
  step->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  title = tst_build_heading (question);
  gtk_widget_remove_css_class (title, "title-3");
  gtk_widget_add_css_class (title, "title-2");
  gtk_widget_set_margin_top (title, 0);
  gtk_box_append (GTK_BOX (step->box), title);
  if (explanation != NULL)
    gtk_box_append (GTK_BOX (step->box), tst_build_text (explanation));
  gtk_box_append (GTK_BOX (priv->column), step->box);
  /* What is wrong is said under what was filled in, where the eyes are. */
  gtk_box_reorder_child_after (GTK_BOX (priv->column), priv->notice, step->box);
  gtk_widget_set_visible (step->box, FALSE);
  g_ptr_array_add (priv->steps, step);
  return step->box;
}

void
tst_kiosk_flow_hide_forward (TstKioskFlow *self, const char *name)
{
  g_return_if_fail (TST_IS_KIOSK_FLOW (self));
  find (self, name)->own_buttons = TRUE;
}

void
tst_kiosk_flow_set_aside (TstKioskFlow *self, const char *name)
{
  g_return_if_fail (TST_IS_KIOSK_FLOW (self));
  find (self, name)->aside = TRUE;
}

const char *
tst_kiosk_flow_get_step (TstKioskFlow *self)
{
  TstKioskFlowPrivate *priv = get_private (self);

  g_return_val_if_fail (TST_IS_KIOSK_FLOW (self), NULL);
  return priv->step != NULL ? priv->step->name : NULL;
}

static gboolean
show_end (gpointer user_data)
{
  GtkAdjustment *adjustment;

  if (gtk_widget_get_root (user_data) == NULL)
    return G_SOURCE_REMOVE; /* gone in the meantime */
  adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (get_private (user_data)->scroller));
  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_upper (adjustment));
  return G_SOURCE_REMOVE;
}

void
tst_kiosk_flow_show_rest (TstKioskFlow *self)
{
  g_return_if_fail (TST_IS_KIOSK_FLOW (self));
  if (gtk_widget_get_root (GTK_WIDGET (self)) != NULL)
    g_timeout_add_full (G_PRIORITY_DEFAULT, 150, show_end, g_object_ref (self), g_object_unref); /* once the page has its new height */
}

void
tst_kiosk_flow_set_trouble (TstKioskFlow *self, const char *text)
{
  g_return_if_fail (TST_IS_KIOSK_FLOW (self));
  tst_form_notice_set (get_private (self)->notice, text, TRUE);
  if (text != NULL)
    tst_kiosk_flow_show_rest (self);
}

void
tst_kiosk_flow_set_busy (TstKioskFlow *self, gboolean busy)
{
  g_return_if_fail (TST_IS_KIOSK_FLOW (self));
  get_private (self)->busy = busy;
  tst_kiosk_flow_update (self);
}

gboolean
tst_kiosk_flow_get_busy (TstKioskFlow *self)
{
  g_return_val_if_fail (TST_IS_KIOSK_FLOW (self), FALSE);
  return get_private (self)->busy;
}

static void
on_changed (TstKioskFlow *self)
{
  tst_kiosk_flow_update (self);
  tst_kiosk_screen_act (TST_KIOSK_SCREEN (self));
}

static void
on_chosen (TstKioskFlow *self, GParamSpec *pspec, GtkWidget *choice)
{
  TstKioskFlowPrivate *priv = get_private (self);

  on_changed (self);
  if (tst_choice_get_value (TST_CHOICE (choice)) != NULL && priv->step != NULL && gtk_widget_is_ancestor (choice, priv->step->box)
      && g_object_get_data (G_OBJECT (choice), "tst-alone") != NULL)
    tst_kiosk_flow_go_on (self);
}

GtkWidget *
tst_kiosk_flow_choice (TstKioskFlow *self, GtkWidget *box, const char *question, TstCodeList list)
{
  GtkWidget *choice = tst_choice_new (question, list, tst_kiosk_screen_get_lang (TST_KIOSK_SCREEN (self)), TRUE);

  gtk_widget_add_css_class (choice, "big");
  gtk_widget_set_visible (gtk_widget_get_first_child (choice), FALSE);
  g_object_set_data (G_OBJECT (choice), "tst-alone", self);
  g_signal_connect_object (choice, "notify::value", G_CALLBACK (on_chosen), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (box), choice);
  return choice;
}

GtkWidget *
tst_kiosk_flow_entry (TstKioskFlow *self, GtkWidget *box, const char *label, GtkInputPurpose purpose)
{
  GtkWidget *entry = tst_form_entry (box, label, purpose);

  /* What a person types here is theirs: no list of what was typed before, no spell checker that learns it, no menu of signs. */
  gtk_entry_set_input_hints (GTK_ENTRY (entry), GTK_INPUT_HINT_PRIVATE | GTK_INPUT_HINT_NO_SPELLCHECK | GTK_INPUT_HINT_NO_EMOJI
                                                    | GTK_INPUT_HINT_INHIBIT_OSK);
  gtk_editable_set_enable_undo (GTK_EDITABLE (entry), FALSE);
  g_signal_connect_swapped (entry, "changed", G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (entry, "activate", G_CALLBACK (tst_kiosk_flow_go_on), self);
  return entry;
}

GtkWidget *
tst_kiosk_flow_area (TstKioskFlow *self, GtkWidget *box, const char *label, int height)
{
  GtkWidget *area = tst_form_area (box, label, height);

  gtk_text_view_set_input_hints (GTK_TEXT_VIEW (area), GTK_INPUT_HINT_PRIVATE | GTK_INPUT_HINT_NO_SPELLCHECK | GTK_INPUT_HINT_NO_EMOJI
                                                           | GTK_INPUT_HINT_INHIBIT_OSK);
  gtk_text_buffer_set_enable_undo (gtk_text_view_get_buffer (GTK_TEXT_VIEW (area)), FALSE);
  /* The step's question says the same: on a phone the line is wanted for what is below. */
  gtk_widget_set_visible (gtk_widget_get_first_child (gtk_widget_get_last_child (box)), FALSE);
  g_signal_connect_swapped (gtk_text_view_get_buffer (GTK_TEXT_VIEW (area)), "changed", G_CALLBACK (on_changed), self);
  return area;
}
