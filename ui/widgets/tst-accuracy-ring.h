/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TstAccuracyRing:
 *
 * How well the place is known: a ring round the position's icon that fills as the fix gets better, and the same in words («Buena, ±4 m»), for it is never
 * colour or shape alone. Whole from @accept metres on, empty past four times @warn.
 *
 * Property "grade" (string, notifies): "none", "poor" (worse than @warn), "fair", "good".
 */
#define TST_TYPE_ACCURACY_RING (tst_accuracy_ring_get_type ())
G_DECLARE_FINAL_TYPE (TstAccuracyRing, tst_accuracy_ring, TST, ACCURACY_RING, GtkWidget)

GtkWidget *tst_accuracy_ring_new (void);
void tst_accuracy_ring_set_gate (TstAccuracyRing *self, double accept_m, double warn_m);
/* @accuracy_m < 0: unknown. @source: as places have it; NULL: there is no place, and @searching says whether one may come. */
void tst_accuracy_ring_set (TstAccuracyRing *self, double accuracy_m, const char *source, gboolean searching);
/* "good", "fair", "poor"; "none" without @source. */
const char *tst_accuracy_grade (double accuracy_m, const char *source, double accept_m, double warn_m);
/* What tst_accuracy_text() says after the word that people understand: «Buena, ±4 m», «Regular, ±35 m», «Mala, ±1,2 km». (transfer full) */
char *tst_accuracy_words (double accuracy_m, const char *source, double accept_m, double warn_m);
/* "±4 m", "±1,2 km", "punto marcado", "lugar de la obra". (transfer full) */
char *tst_accuracy_text (double accuracy_m, const char *source);

G_END_DECLS
