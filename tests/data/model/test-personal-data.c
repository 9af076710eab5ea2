/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is suggested as personal data, and that covering a text changes nothing else of it. All people and numbers are invented. */
#include "model/tst-personal-data.h"
#include "model/tst-reasons.h"

#include <string.h>

static void
expect (const char *text, const char *expected)
{
  g_autoptr (GArray) spans = tst_personal_find (text);
  g_autoptr (GString) found = g_string_new (NULL);

  for (guint i = 0; i < spans->len; i++)
    {
      TstPersonalSpan *span = &g_array_index (spans, TstPersonalSpan, i);

      g_string_append_printf (found, "%s%s=%.*s", i > 0 ? "; " : "", tst_personal_kind_name (span->kind), (int) (span->end - span->start),
                              text + span->start);
    }
  g_assert_cmpstr (found->str, ==, expected);
}

static void
test_find (void)
{
  expect ("Mi celular es 300 123 4567.", "phone=300 123 4567");
  expect ("Llámeme al +57 3001234567 o al 6012345678", "phone=+57 3001234567; phone=6012345678");
  expect ("fijo 634-5678, gracias", "phone=634-5678");
  expect ("Escriba a ana.rios+obra@correo.example.co, por favor", "email=ana.rios+obra@correo.example.co");
  expect ("C.C. 1.098.765.432 de Bucaramanga", "document=1.098.765.432");
  expect ("cédula 63512345", "document=63512345");
  expect ("Soy Ana María Ríos de la Cruz y vivo aquí", "name=Ana María Ríos de la Cruz");
  expect ("soy vecina del parque", "");
  expect ("me llamo ana rojas y vivo en la 14", "name=ana rojas");
  expect ("Mi nombre es José Ñáñez, tel 3151234567", "name=José Ñáñez; phone=3151234567");
  expect ("La obra vale $ 1.250.000.000 y van 340 000 000 pesos; empezó el 2026-03-27 y lleva 45 %.", "");
  expect ("Contrato 123 de 2026, carrera 27 # 14-35", "");
  expect ("", "");
  expect ("\360\237\230\200 300 123 4567 \360\237\230\200", "phone=300 123 4567");
}

static void
covered (const char *original, const char *edited, const char *expected)
{
  g_autofree char *made = tst_text_covered (original, edited);

  g_assert_cmpstr (made, ==, expected);
}

static void
test_covered (void)
{
  covered ("hola Ana Ríos, adiós", "hola ███, adiós", "hola " TST_COVERED ", adiós");
  covered ("hola Ana Ríos, adiós", "hola █████████████, adiós", "hola " TST_COVERED ", adiós");
  covered ("hola", "hola", "hola");
  covered ("hola", "█", TST_COVERED);
  covered ("uno dos tres dos", "uno █ dos", "uno " TST_COVERED " dos");
  covered ("a\nb\nc", "a\r\n█\r\nc", "a\n" TST_COVERED "\nc");
  covered ("a\r\nb", "a\nb", "a\nb");
  /* Anything else than covering. */
  covered ("no se hizo", "se hizo", NULL);
  covered ("no se hizo", "█ se hizo bien", NULL);
  covered ("uno dos tres", "uno █ tres █ dos", NULL);
  covered ("abc", "ab█bc", NULL);
  covered ("abc", "", NULL);
  covered ("", "x", NULL);
}

static void
test_reasons (void)
{
  guint n = 0;
  const TstReason *reasons = tst_reasons (&n);

  g_assert_cmpuint (n, >=, 14);
  for (guint i = 0; i < n; i++)
    {
      g_assert_true (*reasons[i].es && *reasons[i].en);
      g_assert_true (tst_reason_find (reasons[i].code) == &reasons[i]);
    }
  /* What records hold already. */
  g_assert_true (tst_reason_find ("menor_de_edad")->by_hand);
  g_assert_false (tst_reason_find ("nombra_autor")->by_hand);
  g_assert_null (tst_reason_find ("porque sí"));
  g_assert_null (tst_reason_find (NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/personal-data/find", test_find);
  g_test_add_func ("/personal-data/covered", test_covered);
  g_test_add_func ("/reasons", test_reasons);
  return g_test_run ();
}
