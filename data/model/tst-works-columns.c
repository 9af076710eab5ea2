/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/tst-works-private.h"

#include <string.h>

/* Names as tst_fold_name() gives them. datos.gov.co writes an accented letter of a column's name as "_", its CSV export has the full title, hence
 * both. What SECOP has and is not here (bank, account, documents of officials and supervisors, representatives) is never read. */
static const struct
{
  const char *name;
  TstColumn column;
  gboolean secop; /* a name that only SECOP has */
} others[] = {
  /* SECOP II, "Contratos Electrónicos" */
  { "id_contrato", TST_COL_CODE, TRUE },
  { "referencia_del_contrato", TST_COL_CONTRACT_NUMBER, TRUE },
  { "proceso_de_compra", TST_COL_SECOP_PROCESS, TRUE },
  { "objeto_del_contrato", TST_COL_TITLE, TRUE },
  { "descripcion_del_proceso", TST_COL_DESCRIPTION, TRUE },
  { "descripci_n_del_proceso", TST_COL_DESCRIPTION, TRUE },
  { "proveedor_adjudicado", TST_COL_CONTRACTOR, TRUE },
  { "valor_del_contrato", TST_COL_BUDGET, TRUE },
  { "fecha_de_inicio_del_contrato", TST_COL_START_PLANNED, TRUE },
  { "fecha_de_fin_del_contrato", TST_COL_END_PLANNED, TRUE },
  { "fecha_de_inicio_de_ejecucion", TST_COL_START_ACTUAL, TRUE },
  { "fecha_de_inicio_de_ejecuci_n", TST_COL_START_ACTUAL, TRUE },
  { "fecha_de_fin_de_ejecucion", TST_COL_END_ACTUAL, TRUE },
  { "fecha_de_fin_de_ejecuci_n", TST_COL_END_ACTUAL, TRUE },
  { "dias_adicionados", TST_COL_DAYS_ADDED, TRUE },
  { "d_as_adicionados", TST_COL_DAYS_ADDED, TRUE },
  { "c_digo_bpin", TST_COL_BPIN, TRUE },
  { "codigo_bpin", TST_COL_BPIN, FALSE },
  { "urlproceso", TST_COL_SECOP_URL, TRUE },
  { "url_proceso", TST_COL_SECOP_URL, TRUE },
  { "estado_contrato", TST_COL_CONTRACT_STATUS, TRUE },
  { "tipo_de_contrato", TST_COL_CONTRACT_TYPE, TRUE },
  { "modalidad_de_contratacion", TST_COL_MODALITY, TRUE },
  { "modalidad_de_contrataci_n", TST_COL_MODALITY, TRUE },
  { "nombre_entidad", TST_COL_DEPENDENCY, TRUE },
  { "origen_de_los_recursos", TST_COL_FUNDING, TRUE },
  { "tipodocproveedor", TST_COL_SUPPLIER_ID_TYPE, TRUE },
  { "documento_proveedor", TST_COL_SUPPLIER_ID, TRUE },
  /* What people call the columns of their own sheets */
  { "codigo", TST_COL_CODE, FALSE },
  { "cod", TST_COL_CODE, FALSE },
  { "titulo", TST_COL_TITLE, FALSE },
  { "nombre", TST_COL_TITLE, FALSE },
  { "obra", TST_COL_TITLE, FALSE },
  { "nombre_de_la_obra", TST_COL_TITLE, FALSE },
  { "name", TST_COL_TITLE, FALSE },
  { "descripcion", TST_COL_DESCRIPTION, FALSE },
  { "tipo", TST_COL_TYPE, FALSE },
  { "estado", TST_COL_STATUS, FALSE },
  { "dependencia", TST_COL_DEPENDENCY, FALSE },
  { "vereda", TST_COL_BARRIO, FALSE },
  { "barrio_vereda", TST_COL_BARRIO, FALSE },
  { "latitud", TST_COL_LAT, FALSE },
  { "latitude", TST_COL_LAT, FALSE },
  { "longitud", TST_COL_LON, FALSE },
  { "longitude", TST_COL_LON, FALSE },
  { "lng", TST_COL_LON, FALSE },
  { "geometria", TST_COL_WKT, FALSE },
  { "presupuesto", TST_COL_BUDGET, FALSE },
  { "valor", TST_COL_BUDGET, FALSE },
  { "contrato", TST_COL_CONTRACT_NUMBER, FALSE },
  { "numero_contrato", TST_COL_CONTRACT_NUMBER, FALSE },
  { "numero_de_contrato", TST_COL_CONTRACT_NUMBER, FALSE },
  { "contratista", TST_COL_CONTRACTOR, FALSE },
  { "url_secop", TST_COL_SECOP_URL, FALSE },
  { "inicio_previsto", TST_COL_START_PLANNED, FALSE },
  { "fin_previsto", TST_COL_END_PLANNED, FALSE },
  { "fecha_inicio", TST_COL_START_PLANNED, FALSE },
  { "fecha_fin", TST_COL_END_PLANNED, FALSE },
  { "avance_programado", TST_COL_PHYSICAL_PLANNED_PCT, FALSE },
  { "avance_fisico", TST_COL_PHYSICAL_OBSERVED_PCT, FALSE },
  { "avance_observado", TST_COL_PHYSICAL_OBSERVED_PCT, FALSE },
  { "avance_financiero", TST_COL_FINANCIAL_PCT, FALSE },
};

int
_tst_works_find_column (const char *header, guint *priority, gboolean *secop)
{
  g_autofree char *folded = tst_fold_name (header);

  for (guint i = 0; i < TST_N_WORK_COLUMNS; i++)
    if (strcmp (_tst_work_fields[i].name, folded) == 0)
      {
        *priority = 0;
        return i;
      }
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    if (strcmp (others[i].name, folded) == 0)
      {
        *priority = i + 1;
        *secop = *secop || others[i].secop;
        return others[i].column;
      }
  return -1;
}
